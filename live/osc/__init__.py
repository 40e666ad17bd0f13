"""Open Sound Control: one UDP port, what comes in by it and who is told."""
