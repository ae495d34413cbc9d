"""The scenes, a file for each page of the window and for what stands beside it."""
