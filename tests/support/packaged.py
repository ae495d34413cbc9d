"""A Debian 13 on which wgdesk is installed, upgraded and removed as a person does it."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from tests.labs import box as box_lab
from tests.labs import deb
from tests.labs.box import Box
from tests.labs.dialog import Dialog
from tests.labs.programs import wait_until
from tests.labs.server_end import HOME_SUBNETS, Client, ServerEnd
from tests.support.box_helper import helper_pid

OWN: Final = deb.own_version()
NEWER: Final = "9.0"
OFFSCREEN: Final = {"QT_QPA_PLATFORM": "offscreen"}
DEBS: Final = "/srv"  # where the machine has the packages
BOTH: Final = ("wgdesk", "wgdesk-helper")
HELPER: Final = "wgdesk-helper.service"
PROFILE: Final = "/home/alice/.wireguard/home.conf"
# What a running machine writes by itself, and what apt and dpkg remember.
RESTLESS: Final = (
    *("/proc", "/sys", "/dev", "/run", "/tmp", "/var/tmp", "/var/log", "/var/cache"),  # noqa: S108
    *("/var/lib/dpkg", "/var/lib/apt", "/var/lib/systemd", "/home", "/root"),
)
# Plays the desktop's notifications: prints a line for each that is to be shown.
NOTIFICATIONS: Final = """
import asyncio, sys
from dbus_next import BusType, Message
from dbus_next.aio import MessageBus

def answer(message):
    if message.interface != "org.freedesktop.Notifications":
        return None
    if message.member == "GetCapabilities":
        return Message.new_method_return(message, "as", [["actions", "body"]])
    if message.member == "Notify":
        print(f"{message.body[3]}: {message.body[4]}", flush=True)
        return Message.new_method_return(message, "u", [1])
    return Message.new_method_return(message)

async def main():
    bus = await MessageBus(bus_type=BusType.SESSION).connect()
    bus.add_message_handler(answer)
    await bus.request_name("org.freedesktop.Notifications")
    print("ready", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)

asyncio.run(main())
"""


class Packaged:
    """The machine, and alice who sits at its screen."""

    def __init__(self, box: Box) -> None:
        self.box = box
        self.architecture = box.run(["dpkg", "--print-architecture"]).stdout.strip()
        self.server: ServerEnd = box.world.wireguard()
        self.alice: Client = self.server.add_client()
        self.profile = self.server.profile(self.alice, allowed_ips=HOME_SUBNETS)
        box.write("/home/alice/Downloads/home.conf", self.profile, owner="alice", mode=0o600)
        self.session = box.log_in("alice")
        self.dialog = Dialog(box, "alice", self.session)
        self.packages = self.installed()
        self.files = self.list_files()

    def apt(self, *words: str, check: bool = True) -> str:
        """Run apt-get as root, with no network and nobody to ask; what it printed."""
        apt = ["apt-get", "-q", "-y", "--no-install-recommends", "--allow-downgrades", *words]
        quiet = {"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
        done = self.box.run(apt, env=quiet, timeout_s=300, check=check)
        return done.stdout + done.stderr

    def install(self, version: str = OWN) -> str:
        """As `apt install ./wgdesk*.deb`; nothing where that version is there."""
        if all(self.version_of(package) == version for package in BOTH):
            return ""
        own = [f"wgdesk_{version}_all.deb", f"wgdesk-helper_{version}_{self.architecture}.deb"]
        return self.apt("install", *(f"{DEBS}/{name}" for name in own))

    def purge(self) -> None:
        """Away with both, and with what came along for them, also where others recommend it."""
        came = self.installed() - self.packages
        if came:
            self.apt("purge", *sorted(came))

    def installed(self) -> set[str]:
        """The names of all packages that are there."""
        show = ["dpkg-query", "--show", "--showformat=${db:Status-Status} ${binary:Package}\n"]
        lines = self.box.run(show).stdout.splitlines()
        return {name for status, name in map(str.split, lines) if status == "installed"}

    def version_of(self, package: str) -> str:
        """ "" where it is not installed."""
        show = ["dpkg-query", "--show", "--showformat=${db:Status-Status} ${Version}", package]
        status, _, version = self.box.run(show, check=False).stdout.partition(" ")
        return version if status == "installed" else ""

    def wgdesk(self, *words: str) -> str:
        return self.box.run(["wgdesk", *words], user="alice", timeout_s=60).stdout

    @contextmanager
    def window(self) -> Iterator[None]:
        """Alice's, hidden: its icon would be in the tray; drawn nowhere."""
        running = self.box.popen(["wgdesk", "--hidden"], user="alice", env=OFFSCREEN)
        wait_until(lambda: helper_pid(self.box) != "0", what="the window to call the helper")
        try:
            yield
            assert running.poll() is None
        finally:
            self._end(running)

    def _end(self, window: "subprocess.Popen[str]") -> None:
        for signal in ("TERM", "KILL"):
            kill = ["pkill", f"--signal={signal}", "--uid=alice", "--full", "wgdesk --hidden"]
            self.box.run(kill, check=False)
            with suppress(subprocess.TimeoutExpired):
                window.communicate(timeout=15)
                return

    def connect(self) -> None:
        """Have the profile and its tunnel up; an administrator approves what is new."""
        if self.box.run(["test", "-e", PROFILE], check=False).returncode != 0:
            self.wgdesk("import", "/home/alice/Downloads/home.conf")
        if self.states().get("home") == "up":
            return
        running = self.box.popen(["wgdesk", "up", "home", "--wait"], user="alice")
        if not self.is_approved():
            self.dialog.allow(self.dialog.shown())
        out, complaint = running.communicate(timeout=60)
        assert running.returncode == 0, (out, complaint, self.box.journal(HELPER)[-3000:])

    def is_approved(self) -> bool:
        found = self.box.run(["cat", "/var/lib/wgdesk/approvals.json"], check=False).stdout
        return bool(found) and any(json.loads(found)["approved"].values())

    def states(self) -> dict[str, str]:
        listed = json.loads(self.wgdesk("list", "--json"))["profiles"]
        return {it["name"]: it["state"] for it in listed}

    def has_link(self) -> bool:
        links = json.loads(self.box.ip("-json", "link"))
        return "home" in [link["ifname"] for link in links]

    def show(self, unit: str, what: str) -> str:
        asked = ["systemctl", "show", "--value", f"--property={what}", unit]
        return self.box.run(asked).stdout.strip()

    def list_files(self) -> set[str]:
        """Each file that is not restless: kind, mode, owner, path and where a link leads."""
        left_out = " -o ".join(f"-path {path}" for path in RESTLESS)
        line = "%y %m %u:%g %p %l\\n"
        find = f"find / \\( {left_out} \\) -prune -o -printf '{line}'"
        return set(self.box.run(["sh", "-c", find]).stdout.splitlines())

    def traces(self) -> str:
        """What of wgdesk there is beside files: network, units, and what is below /run."""
        words = ("link", "address", "route show table all", "-6 route show table all", "rule")
        network = "\n".join(self.box.ip("-d", *it.split()) for it in (*words, "-6 rule"))
        network += self.box.run(["nft", "list", "ruleset"]).stdout
        units = self.box.run(["systemctl", "list-units", "--all", "--no-legend", "wgdesk*"]).stdout
        # What lies in /run/user goes with the session.
        ours = "\\( -name '*wgdesk*' -o -path '/run/wireguard*' \\)"
        find = f"find /run -path /run/user -prune -o {ours} -print"
        run = self.box.run(["sh", "-c", find])
        found = re.findall(r".*(?:wgdesk|proto 119|\bhome\b).*", network)
        return "\n".join((*found, units, run.stdout)).strip()

    def watch_notifications(self) -> "Notifications":
        return Notifications(self.box)

    def close(self) -> None:
        self.dialog.close()

    def settle(self) -> None:
        wait_until(lambda: "tentative" not in self.box.ip("address"), what="the box's addresses")


class Notifications:
    """What alice's desktop is asked to show; until `close`."""

    def __init__(self, box: Box) -> None:
        self._process = box.popen(["python3", "-u", "-c", NOTIFICATIONS], user="alice")
        assert self.next() == "ready"

    def next(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def close(self) -> None:
        self._process.communicate(timeout=30)


@contextmanager
def packaged_machine(*folders: Path) -> Iterator[Packaged]:
    """A booted Debian 13 with the .debs of these folders; what they need is within apt's reach."""
    booted = box_lab.Box(layers=[deb.needs_within_reach()])
    try:
        for package in (it for folder in folders for it in folder.glob("*.deb")):
            shutil.copy(package, booted.seen_from_outside(DEBS))
        made = Packaged(booted)
        yield made
        made.close()
    finally:
        booted.close()
