"""MIDI ports that come back, and the controllers that are plugged into them."""
