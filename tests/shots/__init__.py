"""`./dev shots [DIR]`: a picture of every page in every state and every look, for your eyes.

A page's scenes live in a file of their own in `pages/`, which is found by itself: a tuple SCENES.
"""
