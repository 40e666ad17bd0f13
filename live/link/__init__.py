"""Ableton Link: in a process of its own, so that no fault of its library ends the beat."""
