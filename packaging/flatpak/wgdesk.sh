#!/bin/sh
# Starts wgdesk inside the Flatpak, where it is /app/bin/wgdesk. The programs that it starts in turn
# need its modules too, and the folder somebody stands in holds none of them.
PYTHONPATH=/app/lib/wgdesk exec python3 -P -s -m wgdesk "$@"
