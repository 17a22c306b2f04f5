"""The API is asked what its own document allows and what it forbids (schemathesis).

``make fuzz`` makes 100 lawful and 100 unlawful requests to each operation as each of three roles;
``python -m tests.fuzz 8`` fewer. Last result (8 and 8, 2026-11-27): 55 operations, 2 616 calls,
no fault. The run before it, cut short at the completion of a task, found that a version that is
none was told (412) before an address that is none (404); mended.
"""
