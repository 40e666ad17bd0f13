"""The built-in styles and the table of controls, read once for all tests: it takes 0.3 s."""

from engine.controls.table import table
from mappings.styles import load_styles

BANK = load_styles()
CONTROLS = table(BANK)
