"""The bundled engine where the package puts it: it comes first, in its own unit, under load."""

import json
import shutil

import pytest

from tests.labs.box import Box
from tests.labs.programs import wait_until
from tests.labs.server_end import HOME4, HOME_SUBNETS
from tests.support.box_helper import approve_all, engine_pid
from wgdesk.engine import engine_program

BUNDLED = str(engine_program.BUNDLED)
MEGABYTES = 40


@pytest.fixture
def home(fresh_box: Box):
    """A server, its profile among alice's, and everything allowed."""
    approve_all(fresh_box)
    server = fresh_box.world.wireguard()
    text = server.profile(server.add_client(), allowed_ips=HOME_SUBNETS)
    fresh_box.write("/home/alice/.wireguard/home.conf", text, owner="alice", mode=0o600)
    return server


def wgdesk(box: Box, *words: str) -> str:
    return box.run(["wgdesk", *words], user="alice").stdout


def running_program(box: Box) -> str:
    return box.run(["readlink", f"/proc/{engine_pid(box)}/exe"]).stdout.strip()


def place(box: Box, program) -> None:
    box.run(["mkdir", "-p", "/usr/lib/wgdesk"])
    shutil.copy(program, box.seen_from_outside(BUNDLED))


def test_the_bundled_engine_comes_first_and_carries_load(bundled_engine, fresh_box, home):
    box = fresh_box
    said = wgdesk(box, "up", "home")
    assert "the distribution's build" in said
    assert running_program(box) == "/usr/bin/wireguard-go"
    wgdesk(box, "down", "home")

    place(box, bundled_engine)
    version = engine_program.version_of(bundled_engine)
    build = f"the bundled build {version}"
    assert build in wgdesk(box, "up", "home")
    assert running_program(box) == BUNDLED
    assert build in wgdesk(box, "status", "home")
    assert (
        build
        in json.loads(wgdesk(box, "status", "home", "--json"))["tunnels"][0]["engine"]["reason"]
    )

    home.host.popen(["iperf3", "-s", "-1", "-B", HOME4])
    listens = ["ss", "-Htln", "src", f"{HOME4}:5201"]
    wait_until(lambda: home.host.run(listens).stdout, what="iperf3 to listen")
    sent = json.loads(box.run(["iperf3", "-J", "-c", HOME4, "-n", f"{MEGABYTES}M"]).stdout)
    assert sent["end"]["sum_received"]["bytes"] >= MEGABYTES * 2**20 * 0.9
    assert "ERROR" not in box.journal("wgdesk-go@home")

    box.run(["rm", BUNDLED])  # as a package that is removed: what runs goes on
    assert box.world.source_seen_by(HOME4) is not None
    wgdesk(box, "down", "home")
    assert "the distribution's build" in wgdesk(box, "up", "home")
