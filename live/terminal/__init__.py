"""The terminal's screen, drawn by a process of its own."""
