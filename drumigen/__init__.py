"""The front door: the command line, `drumigen` and `python -m drumigen`."""
