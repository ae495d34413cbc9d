"""The tour must notice every lie: a world that tells one for each thing it looks at."""

import io
import json
import subprocess
from pathlib import Path

import pytest

from wgdesk.sandbox import network, profiles
from wgdesk.sandbox.tour import Tour, TourFailed

NAMES = ("attached_home", "home", "work")
STATUS = "interface: home\n  latest handshake: now\n  transfer: 1 B\n0.0.0.0/0\n"


class FakeWorld:
    """Behaves as the real one does, but for the lies it is told to tell."""

    def __init__(self, folder, *lies):
        self.profiles_dir = folder
        for name in NAMES:
            (folder / f"{name}.conf").touch()
        self._lies = set(lies)
        self._up = []
        self._was_up = False

    def cli(self, *words):
        match words:
            case ("list",):
                text = " ".join(NAMES[1:] if "list hides one" in self._lies else NAMES)
            case ("list", "--json"):
                text = json.dumps({"profiles": [self._listed(name) for name in NAMES]})
            case ("status",):
                text = "" if "status is empty" in self._lies else STATUS
            case ("up", name, *_):
                self._up.append(name)
                self._was_up = True
                text = f"{name} is up"
            case ("down", name):
                if f"{name} stays up" not in self._lies:
                    self._up.remove(name)
                text = f"{name} is down"
        status = 1 if f"{words[0]} fails" in self._lies else 0
        return subprocess.CompletedProcess(words, status, text, "")

    def run_on_machine(self, argv):
        match argv:
            case ["wg", "show", "interfaces"]:
                text = " ".join([] if "no device" in self._lies else self._up)
            case ["wg", "show", _, "latest-handshakes"]:
                text = "KEY\t0\n" if "no handshake" in self._lies else "KEY\t1795385112\n"
            case ["ip", *what]:
                leftover = what[-1] if self._was_up and f"{what} stays" in self._lies else ""
                text = f"what there always is\n{leftover}"
        return subprocess.CompletedProcess(argv, 0, text, "")

    def fetch(self, url):
        if "no page" in self._lies:
            return ""
        ways = [name for name in reversed(self._up) if self._carries(name, url)]
        asker = profiles.address_of(ways[0]) if ways else network.MACHINE_ADDRESS
        return f"You come from {asker}.\n"

    def _carries(self, name, url):
        if "home leaks" in self._lies and name == "home":
            return False
        return (name == "home" or url == network.HOME_PAGE) or "no bypass" in self._lies

    def _listed(self, name):
        is_up = name in self._up and "list says off" not in self._lies
        return {"name": name, "health": "connected" if is_up else "off"}


def walk(folder: Path, *lies: str) -> str:
    said = io.StringIO()
    Tour(FakeWorld(folder, *lies), said).walk()
    return said.getvalue()


def test_tour_passes_when_everything_is_true(tmp_path):
    assert "All 8 steps did what they say" in walk(tmp_path)


@pytest.mark.parametrize(
    ("lie", "complaint"),
    [
        ("list hides one", "does not show the profile attached_home"),
        ("list says off", "`list` says up"),
        ("list fails", "`wgdesk list` ended with 1"),
        ("up fails", "`wgdesk up home --wait=10` ended with 1"),
        ("down fails", "`wgdesk down home` ended with 1"),
        ("no device", "the machine has"),
        ("no handshake", "no handshake"),
        ("status is empty", "`status` does not show"),
        ("no page", "was not asked from 10.50.0.2"),
        ("home leaks", "was not asked from 10.50.0.2"),
        ("no bypass", "was not asked from"),
        ("home stays up", "says up"),
        ("attached_home stays up", "says up"),
        ("['-4', 'rule'] stays", "routing rules were left"),
        ("['-6', 'rule'] stays", "routing rules were left"),
        ("['route', 'show', 'table', 'all'] stays", "routing rules were left"),
    ],
)
def test_tour_notices_when_something_is_not_so(tmp_path, lie, complaint):
    with pytest.raises(TourFailed, match=complaint):
        walk(tmp_path, lie)
