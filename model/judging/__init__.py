"""How good the drummer is: the scorecard, its rows, and what they are measured by."""
