"""What this lane collects."""

import os

# Root runs the tests in both ways; an ordinary user has only the one.
collect_ignore = [] if os.geteuid() == 0 else ["test_ordinary_user.py", "test_refusals.py"]
