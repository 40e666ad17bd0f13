"""What every part of a performance stands on: processes, priority, wake-ups, whole files."""
