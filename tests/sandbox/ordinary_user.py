"""Runs a command as an ordinary user who may open /dev/net/tun, as on a desktop."""

import os
import subprocess

NOBODY = 65534
# The device file is 0600 on some machines. A copy in a mount namespace of our own, open to
# all, stands over it for this command alone.
_OPEN_TUN = """\
set -eu
mount -t tmpfs -o mode=755 tmpfs /mnt
mknod -m 666 /mnt/tun c 10 200
mount --bind /mnt/tun /dev/net/tun
exec setpriv --reuid "$0" --regid "$0" --clear-groups "$@"
"""


def as_ordinary_user(*argv):
    """The command to run; as itself where this is no root."""
    if os.geteuid() != 0:
        return argv
    return ("unshare", "--mount", "sh", "-c", _OPEN_TUN, str(NOBODY), *argv)


def run_as_ordinary_user(*argv, timeout_s=100, **options):
    return subprocess.run(
        as_ordinary_user(*argv),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
        **options,
    )
