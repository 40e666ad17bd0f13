"""The score: grids, hits, bars and styles; what matters most, and what hands can play."""
