"""Whose programs these are: the window and the command line never run as root."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

NOBODY: Final = "nobody"


@dataclass(frozen=True, slots=True)
class Account:
    """The ordinary user that the sandbox is for.

    Attributes:
        is_self: No change of identity is needed.
    """

    uid: int
    gid: int
    is_self: bool

    def command(self, *argv: str) -> tuple[str, ...]:
        """The same command, run as this user with nothing of root left."""
        if self.is_self:
            return argv
        ids = (f"--reuid={self.uid}", f"--regid={self.gid}", "--clear-groups")
        return ("setpriv", *ids, "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs", *argv)

    def give(self, path: Path) -> None:
        """Make it theirs; a link is given itself, never what it leads to."""
        if not self.is_self:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)


def find_account() -> Account:
    """Who asked: this user, or for root the one who called sudo, or nobody."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), is_self=True)
    uid, gid = os.environ.get("SUDO_UID", ""), os.environ.get("SUDO_GID", "")
    if uid.isdecimal() and gid.isdecimal() and int(uid) != 0:
        return Account(int(uid), int(gid), is_self=False)
    nobody = pwd.getpwnam(NOBODY)
    return Account(nobody.pw_uid, nobody.pw_gid, is_self=False)


def can_run(account: Account, program: str) -> bool:
    """Whether this user may start it; root's own folders are often closed to others."""
    done = subprocess.run(
        account.command(program, "-c", ""), cwd="/", capture_output=True, check=False
    )
    return done.returncode == 0
