"""Changes who answers name lookups on this machine, and finds out whether that worked."""
