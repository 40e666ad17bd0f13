"""Clips into Ableton Live and out of it: by AbletonOSC, and as .alc files."""
