"""Carries a plan out on this machine, and reads the machine back.

A line belongs here when it needs root, netlink, a firewall, DNS or a process of its own. Only
the helper uses this room.
"""
