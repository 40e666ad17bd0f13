"""How a score sounds when it is played: swing, microtiming, and the performed controls."""
