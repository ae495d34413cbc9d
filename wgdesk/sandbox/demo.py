"""`./dev demo`: the app in a private world, or the tour of it on a terminal."""

import argparse
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Sequence
from typing import Final, NoReturn

from wgdesk.domain.errors import SandboxFailed
from wgdesk.sandbox.account import Account, can_run, find_account
from wgdesk.sandbox.confinement import Confinement, Impossible, find_confinement
from wgdesk.sandbox.init import HELPER
from wgdesk.sandbox.tour import Tour, TourFailed
from wgdesk.sandbox.world import World

GUI_END_TIMEOUT_S: Final = 5.0
HELPER_LINES: Final = 20  # of its log, told when the tour fails


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="./dev demo", description=__doc__)
    parser.add_argument("--tour", action="store_true", help="on the terminal, each step checked")
    wants_tour = parser.parse_args(argv).tour
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)
    try:
        return show(wants_tour=wants_tour)
    except (Impossible, SandboxFailed) as error:
        print(f"demo: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def show(*, wants_tour: bool) -> int:
    account, confinement = find_account(), find_confinement()
    explain_root(account, confinement)
    if not can_run(account, sys.executable):
        raise Impossible(
            f"user {account.uid} may not run {sys.executable}: "
            "put the project where every user can read it"
        )
    has_display = bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    if not wants_tour and not has_display:
        print("There is no display here, so this is the tour on the terminal.")
    with World(confinement, account) as world:
        if wants_tour or not has_display:
            return walk(world)
        return open_window(world)


def walk(world: World) -> int:
    try:
        Tour(world).walk()
    except TourFailed as error:
        print(f"demo: {error}", file=sys.stderr)
        print("\n".join(world.log(HELPER).splitlines()[-HELPER_LINES:]), file=sys.stderr)
        return 1
    return 0


def explain_root(account: Account, confinement: Confinement) -> None:
    if confinement.asks_password:
        print(f"sudo builds the private network, because {confinement.why_root}.", flush=True)
    elif not account.is_self:
        print(f"Root builds the private network; the app itself runs as user {account.uid}.")


def open_window(world: World) -> int:
    """Open the app and keep the world until it ends."""
    print(usage(world), flush=True)
    process = subprocess.Popen(
        world.command(sys.executable, "-m", "wgdesk"), env=world.env, cwd=world.layout.home_dir
    )
    try:
        return process.wait()
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(GUI_END_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def usage(world: World) -> str:
    """How to use the command line against this world from another terminal."""
    words = [f"{key}={value}" for key, value in world.own_env.items() if key != "PATH"]
    command = shlex.join(["env", *words, sys.executable, "-m", "wgdesk"])
    script = world.layout.root_dir / "wgdesk"
    script.write_text(f'#!/bin/sh\nexec {command} "$@"\n', encoding="utf-8")
    script.chmod(0o755)
    return (
        "The sandbox is ready; nothing of this machine's own network changes.\n"
        f"Its profiles:  {world.profiles_dir}\n"
        f"Command line:  {script} status\n"
        "It all ends when you quit the app, or with Ctrl-C here."
    )


def _leave(number: int, _: object) -> NoReturn:
    sys.exit(128 + number)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
