"""What was really played, bar by bar, and clips of it."""
