"""`python -m tests.translations [CODE]`: bring the translators' files up to date with the code."""
