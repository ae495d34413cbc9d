"""`wgdesk where` by the real command line and the real helper, beside `ip route get`."""

import json
from urllib.parse import urlsplit

import pytest

from wgdesk.sandbox import network, profiles

ASKED = (
    network.INTERNET_HOST,
    network.INTERNET_HOST_6,
    urlsplit(network.HOME_PAGE).hostname,
    urlsplit(network.WORK_PAGE).hostname,
    network.MACHINE_ADDRESS,
    "127.0.0.1",
    "::1",
)


def kernels(world, address):
    family = "-6" if ":" in address else "-4"
    done = world.run_on_machine(["ip", family, "-json", "route", "get", address])
    if done.returncode:
        return None, None
    (answer,) = json.loads(done.stdout)
    return answer["dev"], answer.get("gateway")


def where(world, address):
    done = world.cli("where", address, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    (answer,) = json.loads(done.stdout)["answers"]
    return answer


@pytest.mark.parametrize("name", [None, *(it.name for it in profiles.CLIENTS)])
def test_where_says_what_the_kernel_does(fresh_world, name):
    if name:
        assert fresh_world.cli("up", name).returncode == 0
    for address in ASKED:
        answer = where(fresh_world, address)
        assert (answer["link"], answer["gateway"]) == kernels(fresh_world, address), address
        assert (answer["tunnel"] or "") == (name if answer["link"] == name else "")
        assert bool(answer["peer"]) == bool(answer["tunnel"])


def test_where_tells_a_person_the_rule_and_the_peer(fresh_world):
    fresh_world.cli("up", "home", "--wait")
    done = fresh_world.cli("where", network.INTERNET_HOST)
    lines = done.stdout.splitlines()
    assert lines[0].startswith(f"{network.INTERNET_HOST} goes through home (WireGuard tunnel)")
    assert lines[1] == "decided by  5220: from all lookup 51820 [wgdesk: home]"
    assert [line.split()[0] for line in lines[2:]] == ["route", "peer", "tunnel"]
    assert lines[-1] == "tunnel      Connected"
