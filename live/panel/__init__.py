"""The panel: a page in the browser and the process that serves it."""
