"""Labs: the real parts that tests run on, built and taken down by the tests themselves.

`README.md` in this folder tells how a test uses each.
"""
