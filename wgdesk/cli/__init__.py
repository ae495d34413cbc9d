"""The verbs of the command line; never loads Qt.

A line belongs here when it reads arguments or prints.
"""
