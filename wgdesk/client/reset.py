"""The way back to plain networking, started through the service manager and its own prompt."""

import subprocess
from pathlib import Path
from typing import Final

from wgdesk.client.own_program import is_sandboxed
from wgdesk.domain.errors import HelperUnreachable, NotAuthorized, RestoreFailed
from wgdesk.domain.names import printable

UNIT: Final = "wgdesk-reset.service"
REPORT: Final = Path("/run/wgdesk-reset/report")
SYSTEMCTL: Final = (Path("/usr/bin/systemctl"), Path("/bin/systemctl"))
IN_TERMINAL: Final = f"In a terminal: systemctl start {UNIT}"
TIMEOUT_S: Final = 180.0  # somebody has to type a password
MAX_REPORT_CHARS: Final = 64 << 10
# systemctl(1) has the codes of the LSB: 4 is “not allowed”, 5 “not installed”.
_EXIT_NOT_ALLOWED: Final = 4
_EXIT_NOT_INSTALLED: Final = 5
_REFUSALS: Final = ("access denied", "authentication required", "not authorized")


def restore() -> tuple[str, ...]:
    """Take away all that wgdesk has put into this machine's network, whoever owns it.

    Returns:
        What was done, one line each.

    Raises:
        NotAuthorized: Nobody gave a password, or it may not be given here.
        HelperUnreachable: The service is not installed, there is no systemd, or it may not be
            asked from here.
        RestoreFailed: Something of wgdesk is left.
    """
    if is_sandboxed():
        raise HelperUnreachable("a Flatpak may start no service", IN_TERMINAL)
    done = _start(_find_systemctl())
    words = printable(done.stderr.strip().splitlines()[0], 200) if done.stderr.strip() else ""
    if done.returncode == 0:
        return _report()
    if done.returncode == _EXIT_NOT_ALLOWED or any(it in words.lower() for it in _REFUSALS):
        raise NotAuthorized
    if done.returncode == _EXIT_NOT_INSTALLED:
        raise HelperUnreachable(f"{UNIT} is not installed", "Install the package of the helper.")
    missed = [line for line in _report() if line.startswith("could not ")]
    raise RestoreFailed("; ".join(missed) or words or f"{UNIT} ended with {done.returncode}")


def _find_systemctl() -> Path:
    found = next((path for path in SYSTEMCTL if path.exists()), None)
    if found is None:
        raise HelperUnreachable("there is no systemd on this machine")
    return found


def _start(systemctl: Path) -> "subprocess.CompletedProcess[str]":
    """Its own prompt asks on this terminal, or on the desktop if there is none."""
    try:
        return subprocess.run(
            [str(systemctl), "start", UNIT],
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            timeout=TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise RestoreFailed(f"{UNIT} was not done in {TIMEOUT_S:.0f} s") from error
    except OSError as error:
        raise RestoreFailed(f"{systemctl} cannot be started: {error.strerror}") from error


def _report() -> tuple[str, ...]:
    """Empty where it cannot be read: what was done is done."""
    try:
        with REPORT.open(encoding="utf-8", errors="replace") as file:
            text = file.read(MAX_REPORT_CHARS)
    except OSError:
        return ()
    return tuple(printable(line, 200) for line in text.splitlines())
