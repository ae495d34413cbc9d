"""The words both processes speak: bus names, polkit action ids, and the encoding of values.

A line belongs here when the helper and its clients must agree on it.
"""
