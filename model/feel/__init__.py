"""The feel network: how early or late and how hard each stroke of a score falls."""
