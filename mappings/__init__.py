"""Data of controllers, kits and styles, and the loaders that check it."""
