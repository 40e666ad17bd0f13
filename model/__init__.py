"""The trained drummer. Tensors stay inside; bars go in and come out."""
