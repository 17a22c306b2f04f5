"""The rules: pure functions named in the diagrams. Nothing here knows engine, database or web."""
