"""The bars to come: asked of the drummer, kept ready, repeated, filled, improvised when late."""
