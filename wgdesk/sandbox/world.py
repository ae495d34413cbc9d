"""A whole private world around the real helper: buses, networks, WireGuard servers.

    with World() as world:
        world.cli("up", "home")
        world.run_on_machine(["ip", "route"])

The caller stays outside, as the ordinary user; what needs root lives behind the walls
(see `confinement`). Nothing of the machine's own network is touched.
"""

import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from wgdesk.domain.errors import SandboxFailed
from wgdesk.sandbox import network
from wgdesk.sandbox.account import Account, find_account
from wgdesk.sandbox.bus import render_activation, render_bus_config
from wgdesk.sandbox.confinement import Confinement, find_confinement
from wgdesk.sandbox.environment import (
    PROJECT_DIR,
    home_environment,
    program_environment,
    user_environment,
)
from wgdesk.sandbox.init import HELPER, HELPER_STATE_DIR, SERVICES
from wgdesk.sandbox.layout import Layout
from wgdesk.sandbox.line import Line
from wgdesk.sandbox.polkit import REST, Verdict
from wgdesk.sandbox.profiles import render_all
from wgdesk.wire.names import BUS_NAME

BUILD_TIMEOUT_S: Final = 30.0
PASSWORD_TIMEOUT_S: Final = 300.0  # sudo asks up to three times
ORDER_TIMEOUT_S: Final = 30.0
FOLDER_PREFIX: Final = "wgdesk-"  # short: a bus address may have 107 bytes

Completed = subprocess.CompletedProcess[str]


class World:
    """Built on entering, gone without a trace on leaving, even when this process is killed.

    Attributes:
        env: For programs of the ordinary user; start them with `command()`.
        own_env: The part of it that leads into the world, to be laid over another environment.
    """

    def __init__(
        self, confinement: Confinement | None = None, account: Account | None = None
    ) -> None:
        self._confinement = confinement or find_confinement()
        self.account = account or find_account()
        self.layout = Layout(Path(tempfile.mkdtemp(prefix=FOLDER_PREFIX)))
        self.env = user_environment(self.layout, self.account)
        self.own_env = home_environment(self.layout)
        self._line: Line | None = None

    @property
    def profiles_dir(self) -> Path:
        return self.layout.home_dir / ".wireguard"

    def __enter__(self) -> Self:
        try:
            self._furnish()
            self._open()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def command(self, *argv: str) -> tuple[str, ...]:
        """`argv` as the ordinary user; ends with this process."""
        return self.account.command("setpriv", "--pdeathsig=TERM", "--", *argv)

    def cli(self, *words: str, timeout_s: float = ORDER_TIMEOUT_S) -> Completed:
        """Run the real command line outside the walls, as the ordinary user."""
        return subprocess.run(
            self.command(sys.executable, "-m", "wgdesk", *words),
            env=self.env,
            cwd=self.layout.home_dir,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
        )

    def run_on_machine(self, argv: Sequence[str], timeout_s: float = ORDER_TIMEOUT_S) -> Completed:
        """Run a command where the helper lives, as root there."""
        return self.run_at(network.MACHINE, argv, timeout_s)

    def run_at(
        self, place: str, argv: Sequence[str], timeout_s: float = ORDER_TIMEOUT_S
    ) -> Completed:
        """Run a command at one of the places in `network`, as root there.

        Raises:
            SandboxFailed: It cannot be started, or took longer than `timeout_s`.
        """
        order = {"do": "run", "place": place, "argv": list(argv), "timeout_s": timeout_s}
        answer = self._order(order, timeout_s + ORDER_TIMEOUT_S)
        return Completed(list(argv), answer["status"], answer["stdout"], answer["stderr"])

    def fetch(self, url: str, timeout_s: float = 5.0) -> str:
        """Ask for a page on the machine.

        Returns:
            The page, or "" when nobody answered in time.
        """
        program = [sys.executable, "-m", "wgdesk.sandbox.fetch", url, str(timeout_s)]
        return self.run_on_machine(program).stdout

    def answer(self, verdict: Verdict, action: str = REST) -> None:
        """Change polkit's table; without `action`, the rule for all that have none of their own."""
        path = self.layout.answers_path
        table = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        fresh = path.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        _write_private(fresh, json.dumps({**table, action: verdict}))
        fresh.replace(path)

    def asked(self) -> list[dict[str, Any]]:
        """Every question polkit was asked: subject, action, details, flags."""
        path = self.layout.asked_path
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        return [json.loads(line) for line in lines]

    def stop(self, service: str) -> None:
        """Take one service away (`init.BUS`, `init.POLKIT`, a place), or crash `init.HELPER`."""
        self._order({"do": "stop", "service": service})

    def start(self, service: str) -> None:
        """Bring a stopped service back."""
        self._order({"do": "start", "service": service})

    def log(self, service: str) -> str:
        path = self.layout.log(service)
        return path.read_text(encoding="utf-8") if path.exists() else ""

    def close(self) -> None:
        """Safe to call twice."""
        line, self._line = self._line, None
        if line is not None:
            line.hang_up()
        shutil.rmtree(self.layout.root_dir, ignore_errors=True)

    def _furnish(self) -> None:
        layout = self.layout
        self._make_folders()
        profiles, servers = render_all(ipv6=Path("/proc/net/if_inet6").exists())
        for name, text in profiles.items():
            _write_private(self.profiles_dir / f"{name}.conf", text)
        for place, text in servers.items():
            _write_private(layout.servers_dir / f"{place}.conf", text)
        self._write_bus_files()
        self._make_logs()
        self.answer(Verdict.YES)
        self._hand_over()

    def _make_folders(self) -> None:
        layout = self.layout
        users_own = (layout.home_dir, self.profiles_dir, layout.runtime_dir)
        for folder in (*users_own, layout.servers_dir, layout.services_dir):
            folder.mkdir(mode=0o700)

    def _make_logs(self) -> None:
        """Empty and ours: root behind sudo only appends, and this side can still read them."""
        services = (*SERVICES, HELPER)
        for path in (self.layout.asked_path, *map(self.layout.log, services)):
            _write_private(path, "")

    def _hand_over(self) -> None:
        """Let the user in once all is written: what is theirs they could swap for a link."""
        if self.account.is_self:
            return
        layout = self.layout
        for path in (*self.profiles_dir.iterdir(), self.profiles_dir, layout.home_dir):
            self.account.give(path)
        self.account.give(layout.runtime_dir)
        # Root writes here, so it stays root's: the user may pass through, and nobody else.
        os.chown(layout.root_dir, -1, self.account.gid)
        layout.root_dir.chmod(0o710)

    def _write_bus_files(self) -> None:
        layout = self.layout
        config = render_bus_config(
            socket_path=layout.bus_socket,
            services_dir=layout.services_dir,
            policies_dir=PROJECT_DIR / "resources" / "dbus",
            # In a user namespace the user is root, and everybody else is one and the same.
            uid=0 if self._confinement.maps_user else self.account.uid,
        )
        _write_private(layout.bus_config, config)
        service_path = layout.services_dir / f"{BUS_NAME}.service"
        _write_private(service_path, render_activation(BUS_NAME, layout.helper_script))
        _write_private(layout.helper_script, self._helper_script())

    def _helper_script(self) -> str:
        layout = self.layout
        pid, log = shlex.quote(str(layout.helper_pid)), shlex.quote(str(layout.log("helper")))
        program = f"{shlex.quote(sys.executable)} -m wgdesk.helper.main"
        state = f"export STATE_DIRECTORY={HELPER_STATE_DIR}"  # as its systemd unit does
        return f"{state}\necho $$ >{pid}\nexec {program} >>{log} 2>&1\n"

    def _open(self) -> None:
        settings = [f"{key}={value}" for key, value in program_environment(self.layout).items()]
        program = (sys.executable, "-m", "wgdesk.sandbox.init", str(self.layout.root_dir))
        # `env` carries what the world needs over the wall, and nothing else that stands here.
        self._line = Line(
            (*self._confinement.command, "env", "-i", *settings, *program),
            search_path=self.env["PATH"],
            needs_terminal=self._confinement.asks_password,
        )
        asks = self._confinement.asks_password
        self._line.await_answer(PASSWORD_TIMEOUT_S if asks else BUILD_TIMEOUT_S)

    def _order(
        self, order: Mapping[str, Any], timeout_s: float = ORDER_TIMEOUT_S
    ) -> dict[str, Any]:
        if self._line is None:
            raise SandboxFailed("it is closed")
        return self._line.order(order, timeout_s)


def _write_private(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
