"""The drummer's process and who looks after it: asked for bars, restarted when it dies."""
