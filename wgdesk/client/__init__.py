"""What the user's process needs besides widgets: profiles on disk, and the helper as an object.

A line belongs here when it runs as the user and both the window and the terminal can use it.
"""
