#!/usr/bin/python3 -s
"""Starts wgdesk inside the Flatpak; installed as /app/bin/wgdesk."""

import sys

sys.path.insert(0, "/app/lib/wgdesk")

from wgdesk.__main__ import main  # noqa: E402  # it lies in no folder that Python knows

sys.exit(main())
