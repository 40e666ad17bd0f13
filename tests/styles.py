"""The built-in styles and the table of controls, read once for all tests: it takes 0.3 s."""

from engine.controls.table import table
from mappings.styles import load_styles

BANK = load_styles()
CONTROLS = table(BANK)
# Younger than the committed weights: they lean on trained styles, or play their own patterns.
UNTRAINED = (
    *("metal", "ballad", "blues_shuffle", "swing", "motown", "boogaloo", "bossa_nova", "samba"),
    *("one_drop", "steppers", "trip_hop", "jungle", "hardcore"),
)
