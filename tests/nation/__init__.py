"""A nation of provinces, each a regime of its own, lived through by simulated people."""
