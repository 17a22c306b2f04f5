"""The API is asked what its own document allows and what it forbids (schemathesis).

``make fuzz`` makes 100 lawful and 100 unlawful requests to each operation as each of three roles,
and as those who keep procedures and people to the operations that are theirs;
``python -m tests.fuzz 8`` fewer. Last results (2026-11-27, 159 operations), no fault: all of them
as an authority with 3 and 3 requests, 951 calls; the 62 about working together, reports, the
public, projects and searches as two roles with 20 and 20, 4 960 calls; the first 22 as three roles
with 50 and 50, 6 700 calls; those of the keepers with 2 and 2, 496 calls. A run of all with 100 and
100 is still to be made.
"""
