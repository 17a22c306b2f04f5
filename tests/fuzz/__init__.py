"""The API is asked what its own document allows and what it forbids (schemathesis).

``make fuzz`` makes 100 lawful and 100 unlawful requests to each operation as each of three roles,
and as those who keep procedures and people to the operations that are theirs;
``python -m tests.fuzz 8`` fewer. What was found is told as JSON. Last results (2026-11-27, 159
operations), no fault: all of them with 100 and 100 as an applicant, an expert and an authority,
31 700 calls each, 338 s, 273 s and 908 s on two busy cores; those of the keepers with 2 and 2, 496
calls.
"""
