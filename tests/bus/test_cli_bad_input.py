"""Bad input: each has its own sentence, remedy and exit code, and changes nothing."""

import os

import pytest

from tests.support.fakes import FakeBackend
from tests.support.helper_stand_in import HelperStandIn
from tests.support.open_bus import open_bus
from tests.support.ordinary_user import ordinary_user
from tests.support.texts import HOME, PRIVATE_KEY, SERVER_KEY
from wgdesk.domain.errors import EngineMissing, NotAuthorized
from wgdesk.domain.titles import tunnel_name_of

MIB = 1 << 20


@pytest.fixture
def user():
    with open_bus() as bus, ordinary_user() as user:
        user.bus = bus
        user.environment["DBUS_SYSTEM_BUS_ADDRESS"] = bus.address
        yield user


@pytest.fixture
async def helper(user):
    async with HelperStandIn(user.bus.address, FakeBackend()) as stand_in:
        yield stand_in


def unreadable(user):
    user.write("home.conf", HOME, mode=0)


def pipe(user):
    os.mkfifo(user.profiles / "home.conf")


def outside_link(user):
    (user.profiles / "home.conf").symlink_to("/etc/passwd")


def written(content):
    return lambda user: user.write("home.conf", content)


BAD_PROFILES = {
    "missing": (lambda user: None, "no profile named “home” in ", "The profiles there are: "),
    "empty": (written(""), "line 1, column 1: the file is empty", "A profile has an "),
    "unreadable": (unreadable, "you have no permission to read it", "Make yourself its owner"),
    "huge": (written(b"#" * (MIB + 1)), "it is larger than 1 MiB", ""),
    "binary": (written(bytes(range(256))), "zero bytes in it", "Check that this is the right"),
    "wrong key": (
        written(HOME.replace(PRIVATE_KEY, PRIVATE_KEY[:-2])),
        "line 2, column 14: a key has 44 characters, this has 42",
        "Copy the whole key again.",
    ),
    "unknown key": (
        written(HOME + "Tabel = off\n"),
        "is not a key that wg",
        "Did you mean “Table”?",
    ),
    "duplicate peer": (
        written(HOME + f"[Peer]\nPublicKey = {SERVER_KEY}\n"),
        "line 12, column 13: ",
        "Keep one section",
    ),
    "pipe": (pipe, "it is a pipe, not a file", ""),
    "link to elsewhere": (outside_link, "it is a link that leads out of", "Put the file itself"),
}


@pytest.mark.parametrize("case", BAD_PROFILES)
async def test_bad_profile_is_refused_before_anybody_is_asked(user, helper, case):
    make, why, remedy = BAD_PROFILES[case]
    make(user)
    up = await user.wgdesk_beside("up", "home")
    what, *rest = up.stderr.splitlines()
    assert (up.returncode, up.stdout) == (5, "")
    assert what.startswith("wgdesk: cannot bring home up: ")
    assert why in what
    assert "".join(rest).startswith(remedy)
    assert bool(rest) == bool(remedy)
    assert helper.calls == []
    assert PRIVATE_KEY[:-2] not in up.stderr


def test_bad_profiles_are_told_apart():
    assert len({why for _, why, _ in BAD_PROFILES.values()}) == len(BAD_PROFILES)


async def test_over_long_name_has_a_tunnel_of_a_shorter_one(user, helper):
    user.write("a_name_of_many_letters.conf", HOME)
    up = await user.wgdesk_beside("up", "a_name_of_many_letters")
    assert (up.returncode, [name for name, _ in helper.calls]) == (0, ["Up"])
    assert tunnel_name_of("a_name_of_many_letters") in up.stdout
    down = await user.wgdesk_beside("down", tunnel_name_of("a_name_of_many_letters"))
    assert down.returncode == 0


async def test_polkit_that_is_gone_is_not_authorised(user, helper):
    user.write("home.conf", HOME)
    helper.backend.errors["up"] = NotAuthorized("polkit does not answer, so nobody may connect")
    up = await user.wgdesk_beside("up", "home")
    assert up.returncode == 3
    assert up.stderr.splitlines() == [
        "wgdesk: cannot bring home up: polkit does not answer, so nobody may connect",
        "Ask an administrator of this machine.",
    ]


async def test_machine_without_wireguard_is_told_what_to_install(user, helper):
    user.write("home.conf", HOME)
    helper.backend.errors["up"] = EngineMissing("neither the kernel nor wireguard-go has it")
    up = await user.wgdesk_beside("up", "home")
    assert up.returncode == 1
    what, remedy = up.stderr.splitlines()
    assert what.endswith(
        "this machine has no WireGuard: neither the kernel nor wireguard-go has it"
    )
    assert remedy.startswith("Install wireguard-go")


async def test_profile_that_the_helper_alone_refuses_is_invalid_too(user, helper):
    user.write("home.conf", HOME)
    helper.replies["Up"] = "org.wgdesk.Error.InvalidProfile"
    up = await user.wgdesk_beside("up", "home")
    assert (up.returncode, "as the test says" in up.stderr) == (5, True)
