"""The one table of controls, where they stand, and what they mean to the rest of the engine."""
