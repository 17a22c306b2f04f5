"""A new regime entered by people: the text recognised, rows copied from the nearest, scenarios."""
