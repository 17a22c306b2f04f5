"""The API is asked what its own document allows and what it forbids (schemathesis)."""
