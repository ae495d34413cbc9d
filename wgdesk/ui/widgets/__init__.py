"""Widgets that know nothing of tunnels beyond the words they are given."""
