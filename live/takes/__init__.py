"""Takes and clips on disk, written by a process of their own; listed, read, played again."""
