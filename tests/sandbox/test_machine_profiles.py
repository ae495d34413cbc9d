"""The world has tunnels of root's own, or none: those of the machine stay where they are."""

import json
import subprocess
import sys
from pathlib import Path

from tests.support import machine_program
from wgdesk.sandbox.polkit import Verdict
from wgdesk.wire import names

PROGRAM = Path(machine_program.__file__).read_text()
OFFICE = "/etc/wireguard/office.conf"


def ask(world, *words):
    done = subprocess.run(
        world.command(sys.executable, "-c", PROGRAM, *words),
        env=world.env,
        cwd=world.layout.home_dir,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_what_root_has_in_there_is_found_and_read_where_policy_lets(fresh_world):
    assert ask(fresh_world, "find")["profiles"] == {}
    write = f"echo x >{OFFICE} && chmod 600 {OFFICE}"
    assert fresh_world.run_on_machine(["sh", "-c", write]).returncode == 0
    found = ask(fresh_world, "find")
    assert found["profiles"] == {OFFICE: [False, False]}
    assert found["notes"] == [
        "NetworkManager does not run here, so it was not asked for its connections."
    ]
    (given,) = ask(fresh_world, "fetch", "office")
    assert given["content"] == "x\n"
    fresh_world.answer(Verdict.NO, names.ACTION_READ_SYSTEM_PROFILES)
    (refused,) = ask(fresh_world, "fetch", "office")
    assert refused["content"] == ""
    assert refused["refusal"]


def test_links_to_what_is_the_machines_are_not_followed(fresh_world):
    fresh_world.run_on_machine(["ln", "-s", "/etc/passwd", OFFICE])
    (refused,) = ask(fresh_world, "fetch", "office")
    assert refused["refusal"] == "The file is a link, and the helper follows none."
