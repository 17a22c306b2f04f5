"""The rules a diagram is checked by, one module per subject.

Each rule is a generator of Findings over a description; none of them raises.
"""
