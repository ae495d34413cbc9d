"""Pages that are made from the program, and what all pages are held against."""
