"""Measurements with their results and the machine they were taken on."""
