"""Calculations of the law that are no box of a diagram: pure, standard library only."""
