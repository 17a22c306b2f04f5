"""Drafts of the process owners: named sets of changes, kept with their history until released."""
