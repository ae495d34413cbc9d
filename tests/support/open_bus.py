"""A message bus open to every user of the machine, which can be stopped like one that dies."""

import contextlib
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

CONFIG = """\
<busconfig>
  <listen>unix:path={socket}</listen>
  <auth>EXTERNAL</auth>
  <servicedir>{services}</servicedir>
  <policy context="default">
    <allow user="*"/>
    <allow own="*"/>
    <allow send_destination="*" eavesdrop="false"/>
    <allow receive_sender="*"/>
    {policy}
  </policy>
</busconfig>
"""


class OpenBus:
    """A dbus-daemon at `address`; `services` is where it looks for what it may start."""

    def __init__(self, folder: Path, policy: str = "") -> None:
        self.socket = folder / "bus"
        self.services = folder / "services"
        self.address = f"unix:path={self.socket}"
        self._config = folder / "bus.conf"
        self._policy = policy
        self._daemon: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.services.mkdir(exist_ok=True)
        self._config.write_text(
            CONFIG.format(socket=self.socket, services=self.services, policy=self._policy)
        )
        self._daemon = subprocess.Popen(
            ["dbus-daemon", f"--config-file={self._config}", "--nofork", "--print-address=1"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert self._daemon.stdout
        assert self._daemon.stdout.readline(), "the dbus-daemon did not start"

    def stop(self) -> None:
        """Every connection ends at once."""
        if self._daemon is None:
            return
        self._daemon.kill()
        self._daemon.wait(10)
        assert self._daemon.stdout
        self._daemon.stdout.close()
        self._daemon = None
        self.socket.unlink(missing_ok=True)


@contextlib.contextmanager
def open_bus(policy: str = "") -> Iterator[OpenBus]:
    """A running bus; `policy` is XML that comes last, and so wins."""
    folder = Path(tempfile.mkdtemp(prefix="wgdesk-bus-"))
    folder.chmod(0o755)
    bus = OpenBus(folder, policy)
    bus.start()
    try:
        yield bus
    finally:
        bus.stop()
        shutil.rmtree(folder)
