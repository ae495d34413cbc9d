"""Bad input through the real command line and helper: what is said, the code, and no change."""

import pytest

from tests.support.bad_input import BAD_NAMES, BAD_TEXTS, ODD_NAMES, leaks
from tests.support.texts import HOME
from wgdesk.domain.titles import tunnel_name_of
from wgdesk.sandbox.network import MACHINE

STATE = (
    ["sh", "-c", "ip -o link | cut -d: -f2"],
    ["sh", "-c", "ip -o address | grep -v fe80:"],  # which comes a moment after its link
    ["ip", "-4", "route", "show", "table", "all"],
    ["ip", "-6", "route", "show", "table", "all"],
    ["ip", "-4", "rule"],
    ["ip", "-6", "rule"],
    ["nft", "list", "ruleset"],
    ["wg", "show", "all"],
)
TAKEN = "an interface named “lan0” exists already and belongs to another program"
IN_USE = "the mark 0x4d2 is in use: a routing rule of this machine goes by it"
UNRESOLVED = "the endpoint “vpn.example” has no address: Temporary failure in name resolution"


def state(world):
    return {" ".join(argv): world.run_at(MACHINE, argv).stdout for argv in STATE}


def put(world, file_name, content):
    path = world.profiles_dir / file_name
    path.unlink(missing_ok=True)
    path.write_bytes(content)
    path.chmod(0o600)
    if not world.account.is_self:
        world.account.give(path)
    return path


@pytest.fixture
def unmoved(world):
    """Fails the test where the machine changed, or where a log knows a secret."""
    before = state(world), world.asked()
    yield world
    assert world.asked() == before[1]
    assert state(world) == before[0]
    log = world.log("helper")
    assert not leaks(log)
    assert "\x1b" not in log


@pytest.mark.parametrize("row", BAD_TEXTS, ids=lambda row: row.name)
def test_bad_profile_is_refused_with_line_and_column(unmoved, row):
    path = put(unmoved, "home.conf", row.content)
    up = unmoved.cli("up", "home")
    assert up.stderr.splitlines() == [f"wgdesk: cannot bring home up: {row.says}", row.remedy]
    assert (up.returncode, up.stdout) == (5, "")
    check = unmoved.cli("check", str(path))
    assert check.stdout.splitlines()[0] == f"{path}{row.check}"
    assert (check.returncode, check.stderr) == (1, "")
    assert path.read_bytes() == row.content
    assert not leaks(up.stderr + check.stdout)


@pytest.mark.parametrize("row", BAD_NAMES, ids=lambda row: ascii(row.argument))
def test_bad_name_is_refused(unmoved, row):
    path = put(unmoved, row.file_name, HOME.encode()) if row.file_name else None
    says = row.says.format(folder=unmoved.profiles_dir)
    try:
        up = unmoved.cli("up", "--", row.argument)
    finally:
        if path:
            path.unlink()
    assert up.stderr.splitlines() == [f"wgdesk: {says}", row.remedy]
    assert (up.returncode, up.stdout) == (5, "")


@pytest.mark.parametrize("stem", ODD_NAMES, ids=ascii)
def test_a_file_that_no_interface_can_be_named_after_has_a_tunnel_all_the_same(world, stem):
    path = put(world, f"{stem}.conf", HOME.encode())
    before = state(world)
    try:
        up = world.cli("up", "--", stem)
        assert (up.returncode, up.stderr) == (0, "")
        assert f"\n{tunnel_name_of(stem)}" in state(world)["wg show all"].replace(
            "interface: ", "\n"
        )
    finally:
        down = world.cli("down", tunnel_name_of(stem))
        path.unlink()
    assert down.returncode == 0
    assert state(world) == before


@pytest.mark.parametrize("verb", ["down", "toggle", "status", "plan", "check", "show"])
def test_no_verb_repeats_a_name_that_commands_the_terminal(unmoved, verb):
    """One line end in a name, and its rest would look like a line of ours."""
    path = put(unmoved, "a\nb\x1b[31m.conf", b"[Interface]\nTabel = 1\n")
    done = unmoved.cli(verb, "--", "a\nb\x1b[31m")
    path.unlink()
    told = done.stdout + done.stderr
    assert "\x1b" not in told
    assert not any(line.startswith("b") for line in told.splitlines())


def refused(world, name, content):
    """What an `up` says that the machine does not allow."""
    path = put(world, f"{name}.conf", content.encode())
    before = state(world)
    up = world.cli("up", name)
    path.unlink()
    assert state(world) == before
    assert (up.returncode, up.stdout) == (1, "")
    assert not leaks(up.stderr + world.log("helper"))
    return up.stderr.splitlines()


def test_name_of_a_link_is_refused(world):
    assert refused(world, "lan0", HOME) == [
        f"wgdesk: cannot bring lan0 up: {TAKEN}",
        "Take that interface down with the program that made it, or rename the profile.",
    ]


def test_mark_that_a_rule_goes_by_is_refused(world):
    rule = ["fwmark", "0x4d2", "lookup", "main", "priority", "77"]
    world.run_at(MACHINE, ["ip", "rule", "add", *rule])
    try:
        marked = HOME.replace("[Peer]", "FwMark = 1234\n[Peer]")
        assert refused(world, "home", marked) == [
            f"wgdesk: cannot bring home up: {IN_USE}",
            "Remove FwMark from the profile, and a free one is chosen.",
        ]
    finally:
        world.run_at(MACHINE, ["ip", "rule", "delete", *rule])


def test_endpoint_without_an_address_is_refused(world):
    """The sandbox has no name server."""
    assert refused(world, "home", HOME.replace("192.0.2.1", "vpn.example")) == [
        f"wgdesk: cannot bring home up: {UNRESOLVED}",
        "Check the host name in the profile and that this machine is online.",
    ]


def test_command_of_5_kb_is_not_run_and_not_repeated(world):
    command = "touch /run/was-here; " + "true; " * 800
    put(world, "home.conf", HOME.replace("[Peer]", f"PostUp = {command}\n[Peer]").encode())
    up = world.cli("up", "home")
    assert up.returncode == 0, up.stderr
    assert "Note: 1 command in this profile is not run." in up.stdout
    assert "touch" not in up.stdout + up.stderr + world.log("helper")
    assert world.run_at(MACHINE, ["test", "-e", "/run/was-here"]).returncode == 1
    assert world.cli("down", "home").returncode == 0
