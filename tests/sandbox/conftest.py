"""What this lane collects."""

import os

# Root runs the tests in both ways; an ordinary user has only the one.
ONLY_ROOT = ["test_ordinary_user.py", "test_refusals.py", "test_root_world.py"]
collect_ignore = [] if os.geteuid() == 0 else ONLY_ROOT
