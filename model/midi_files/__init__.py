"""Drum .mid files: read, written, edited; where what was played belongs on a score."""
