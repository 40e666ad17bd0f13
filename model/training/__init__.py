"""What the networks learn from, and how they are trained."""
