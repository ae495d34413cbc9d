"""Runs wgdesk as somebody without rights, which is how people run it."""

import asyncio
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NOBODY = 65534
_AS_NOBODY = (
    "setpriv",
    f"--reuid={NOBODY}",
    f"--regid={NOBODY}",
    "--clear-groups",
    "--no-new-privs",
    "--",
)


class OrdinaryUser:
    """A user with a home and a profile folder, and no rights.

    Where the tests run as root it is `nobody`, else whoever runs them.
    """

    def __init__(self, home: Path) -> None:
        self.home = home
        self.profiles = home / ".wireguard"
        self.profiles.mkdir(mode=0o700)
        self.environment = {
            "HOME": str(home),
            "PATH": os.environ["PATH"],
            "PYTHONDONTWRITEBYTECODE": "1",
            "DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={home}/no-bus",
        }
        self.own(home, self.profiles)

    def own(self, *paths: Path) -> None:
        if os.geteuid() == 0:
            for path in paths:
                os.chown(path, NOBODY, NOBODY, follow_symlinks=False)

    def write(self, name: str, content: str | bytes, mode: int = 0o600) -> Path:
        """A file in the profile folder."""
        path = self.profiles / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        path.chmod(mode)
        self.own(path)
        return path

    def command(self, *words: str) -> list[str]:
        return [*(_AS_NOBODY if os.geteuid() == 0 else ()), *words]

    def wgdesk(
        self,
        *words: str,
        stdin: bytes = b"",
        environment: Mapping[str, str] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """`wgdesk WORDS`, to its end."""
        done = subprocess.run(
            self.command(sys.executable, "-m", "wgdesk", *words),
            input=stdin,
            capture_output=True,
            check=False,
            cwd=ROOT,
            env={**self.environment, **(environment or {})},
            timeout=60,
        )
        return subprocess.CompletedProcess(
            words, done.returncode, done.stdout.decode(), done.stderr.decode()
        )

    async def wgdesk_beside(self, *words: str) -> subprocess.CompletedProcess[str]:
        """The same, while this process goes on answering on a bus."""
        return await asyncio.to_thread(self.wgdesk, *words)


@contextlib.contextmanager
def ordinary_user() -> Iterator[OrdinaryUser]:
    """A user for one test; the home goes away with it."""
    home = Path(tempfile.mkdtemp(prefix="wgdesk-home-"))
    home.chmod(0o755)
    user = OrdinaryUser(home)
    source = ROOT / "wgdesk" / "__main__.py"
    seen = subprocess.run(
        user.command("test", "-r", str(source), "-a", "-x", sys.executable), check=False
    )
    assert seen.returncode == 0, f"{source} or {sys.executable} is out of an ordinary user's reach"
    try:
        yield user
    finally:
        if user.profiles.is_dir():
            user.profiles.chmod(0o700)  # a test may have closed it, and not only root cleans up
        shutil.rmtree(home)
