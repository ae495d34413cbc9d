"""The demo on a terminal: the real command line, step by step, each step checked.

What a step claims is looked up where it cannot be painted over: in `wg show` on the
sandbox's machine, and in the address that a web page was asked from.
"""

import json
import sys
import time
from collections.abc import Callable
from typing import Any, Final, TextIO

from wgdesk.sandbox import network, profiles
from wgdesk.sandbox.world import Completed, World

HANDSHAKE_TIMEOUT_S: Final = 10
BOLD: Final = ("\033[1m", "\033[0m")


class TourFailed(Exception):
    """A step did not do what it says; the text is one sentence."""


class Tour:
    """One walk through one world."""

    def __init__(self, world: World, out: TextIO = sys.stdout) -> None:
        self._world, self._out = world, out
        self._before: list[str] = []
        self._steps: tuple[tuple[str, Callable[[], None]], ...] = (
            ("The profiles in ~/.wireguard", self._list),
            ("Bring home up: all traffic goes through the tunnel", self._raise_home),
            ("Look at it", self._show_home),
            ("Fetch pages through the tunnel", self._fetch_through_home),
            ("Bring attached_home up beside it: only the subnets at home", self._attach_home),
            ("Take home down: now other traffic bypasses the tunnel", self._bypass),
            ("Take the last tunnel down", self._lower_all),
            ("Nothing is left", self._show_nothing),
        )

    def walk(self) -> None:
        """Do every step.

        Raises:
            TourFailed: At the first step that does not do what it says.
        """
        started_s = time.monotonic()
        self._before = self._routing()
        for number, (title, do) in enumerate(self._steps, start=1):
            self._say_title(f"{number}. {title}")
            do()
        took_s = time.monotonic() - started_s
        self._say_title(f"All {len(self._steps)} steps did what they say, in {took_s:.1f} s.")

    # ------------------------------------------------------------ steps

    def _list(self) -> None:
        listed = self._cli("list").stdout
        for name in self._profile_names():
            self._expect(name in listed, f"`list` does not show the profile {name}")
        self._expect_up()

    def _raise_home(self) -> None:
        self._cli("up", "home", f"--wait={HANDSHAKE_TIMEOUT_S}")
        self._expect_up("home")
        self._expect(self._has_handshake("home"), "home has no handshake")

    def _show_home(self) -> None:
        shown = self._cli("status").stdout
        for word in ("interface: home", "latest handshake:", "transfer:", "0.0.0.0/0"):
            self._expect(word in shown, f"`status` does not show “{word}”")

    def _fetch_through_home(self) -> None:
        self._fetch(network.HOME_PAGE, profiles.address_of("home"))
        self._fetch(network.INTERNET_PAGE, profiles.address_of("home"))

    def _attach_home(self) -> None:
        self._cli("up", "attached_home")
        self._expect_up("home", "attached_home")  # their routes do not meet
        self._fetch(network.HOME_PAGE, profiles.address_of("attached_home"))
        self._fetch(network.INTERNET_PAGE, profiles.address_of("home"))
        self._expect(self._has_handshake("attached_home"), "attached_home has no handshake")

    def _bypass(self) -> None:
        self._cli("down", "home")
        self._expect_up("attached_home")
        self._fetch(network.INTERNET_PAGE, network.MACHINE_ADDRESS)
        self._fetch(network.HOME_PAGE, profiles.address_of("attached_home"))

    def _lower_all(self) -> None:
        self._cli("down", "attached_home")
        self._expect_up()
        self._expect(not self._devices(), "the machine still has a WireGuard interface")

    def _show_nothing(self) -> None:
        self._cli("status")
        self._fetch(network.INTERNET_PAGE, network.MACHINE_ADDRESS)
        self._expect(self._routing() == self._before, "routes or routing rules were left behind")

    # ------------------------------------------------------------ doing and looking

    def _cli(self, *words: str) -> Completed:
        self._say(f"$ wgdesk {' '.join(words)}")
        done = self._world.cli(*words)
        self._say(done.stdout.rstrip("\n"))
        self._say(done.stderr.rstrip("\n"))
        name = f"`wgdesk {' '.join(words)}`"
        self._expect(done.returncode == 0, f"{name} ended with {done.returncode}")
        return done

    def _fetch(self, url: str, asker: str) -> None:
        self._say(f"$ fetch {url}")
        page = self._world.fetch(url)
        self._say(page.rstrip("\n") or "no answer")
        self._expect(f"come from {asker}." in page, f"{url} was not asked from {asker}")

    def _expect(self, is_so: bool, otherwise: str) -> None:  # noqa: FBT001  # reads as a sentence
        if not is_so:
            raise TourFailed(otherwise)

    def _expect_up(self, *names: str) -> None:
        """Both the command line and the machine say that just these tunnels are up."""
        told = {each["name"] for each in self._listed() if each["health"] != "off"}
        self._expect(told == set(names), f"`list` says up: {sorted(told)}, not {sorted(names)}")
        found = self._devices()
        self._expect(found == set(names), f"the machine has {sorted(found)}, not {sorted(names)}")

    def _listed(self) -> list[dict[str, Any]]:
        listed: list[dict[str, Any]] = json.loads(self._world.cli("list", "--json").stdout)[
            "profiles"
        ]
        return listed

    def _devices(self) -> set[str]:
        return set(self._world.run_on_machine(["wg", "show", "interfaces"]).stdout.split())

    def _routing(self) -> list[str]:
        """Rules and routes, less those of the machine's own link, which is still waking up."""
        questions = (("-4", "rule"), ("-6", "rule"), ("route", "show", "table", "all"))
        found = [self._world.run_on_machine(["ip", *words]).stdout for words in questions]
        return [line for line in "".join(found).splitlines() if " dev lan0 " not in line]

    def _has_handshake(self, name: str) -> bool:
        shown = self._world.run_on_machine(["wg", "show", name, "latest-handshakes"]).stdout
        return bool(shown) and all(line.split()[1] != "0" for line in shown.splitlines())

    def _profile_names(self) -> list[str]:
        return sorted(path.stem for path in self._world.profiles_dir.glob("*.conf"))

    def _say(self, text: str) -> None:
        if text:
            print(text, file=self._out, flush=True)

    def _say_title(self, text: str) -> None:
        start, end = BOLD if self._out.isatty() else ("", "")
        print(f"\n{start}{text}{end}", file=self._out, flush=True)
