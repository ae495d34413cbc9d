"""A resolv.conf that cannot be changed, and one that somebody else changes as well."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.labs import programs
from tests.labs.programs import wait_until
from tests.support.name_server import LIE, TRUTH
from tests.support.names_box import FILE, RESOLV_CONF, NamesBox, names_on

# An overlay cannot give the mark "immutable" back; a tmpfs can.
OWN_ETC = "cp -a /etc /run/own-etc; mount --bind /run/own-etc /etc"
STATE = "/var/lib/wgdesk-resolv/state.json"


@pytest.fixture(scope="module")
def own_names() -> Iterator[NamesBox]:
    yield from names_on(replace(FILE, script=OWN_ETC))


@pytest.fixture
def plain_names(own_names: NamesBox) -> Iterator[NamesBox]:
    names = own_names
    names.sh(f"cp -p {RESOLV_CONF} /root/kept")
    names.before = names.resolv_conf()
    yield names
    names.clean()
    names.sh(f"rm -f {RESOLV_CONF}; mv /root/kept {RESOLV_CONF}", check=False)


def refused(names: NamesBox) -> str:
    """What an `up` says that leaves everything as it was."""
    network = names.box.ip("link") + names.box.ip("rule")
    before = names.resolv_conf()
    failed = names.wgdesk("up", "home", check=False)
    assert failed.returncode == 1
    assert failed.stderr.startswith("wgdesk: cannot bring home up: the name servers of the profile")
    assert names.box.ip("link") + names.box.ip("rule") == network
    assert names.resolv_conf() == before
    assert names.sh(f"ls {STATE}", check=False) == ""
    return failed.stderr


def chattr(names: NamesBox, flag: str) -> None:
    """From outside: the box itself may not, whatever its root would like."""
    programs.run(["chattr", flag, str(names.box.seen_from_outside(RESOLV_CONF))])


def test_fault_37_an_immutable_file_is_refused(plain_names, record):
    chattr(plain_names, "+i")
    try:
        told = refused(plain_names)
    finally:
        chattr(plain_names, "-i")
    assert "it is marked immutable" in told
    record("immutable: refused, nothing changed")
    plain_names.up()
    assert plain_names.look_up() == {TRUTH}
    plain_names.down()
    assert plain_names.is_as_before()


def test_fault_37_a_dangling_link_is_refused(plain_names):
    plain_names.sh(f"ln -sf ../run/nobody/resolv.conf {RESOLV_CONF}")
    assert "leads nowhere" in refused(plain_names)


def test_fault_37_a_bind_mount_is_refused(plain_names):
    names = plain_names
    names.sh(f"cp {RESOLV_CONF} /root/other; mount --bind /root/other {RESOLV_CONF}")
    try:
        assert "something is mounted over it" in refused(names)
        assert names.box.read("/root/other") == names.box.read(RESOLV_CONF)
    finally:
        names.sh(f"umount {RESOLV_CONF}; rm /root/other")


def test_fault_37_a_file_of_another_owner_is_refused(plain_names):
    plain_names.sh(f"chown alice {RESOLV_CONF}")
    assert "belongs to somebody else" in refused(plain_names)


def test_fault_37_a_file_made_immutable_while_up_fails_the_down_and_not_the_next(plain_names):
    names = plain_names
    names.up()
    chattr(names, "+i")
    try:
        failed = names.wgdesk("down", "home", check=False)
    finally:
        chattr(names, "-i")
    assert failed.returncode == 1
    assert "take the name servers of home back" in failed.stderr
    names.down()
    assert names.is_as_before()


def test_fault_37_a_file_that_is_overwritten_once_is_repaired(plain_names, record):
    names = plain_names
    names.up()
    names.sh(f"echo 'nameserver 192.0.2.2' >{RESOLV_CONF}")
    began_s = time.monotonic()
    names.until_told({TRUTH}, timeout_s=2)
    record(f"overwritten: repaired in {time.monotonic() - began_s:.2f} s")
    names.until_dns("home", "verified")
    names.down()
    assert names.box.read(RESOLV_CONF) == "nameserver 192.0.2.2\n"  # the newer file
    assert names.look_up() == {LIE}


def test_fault_37_a_program_that_never_stops_has_the_last_word_and_is_told(plain_names, record):
    names = plain_names
    names.up()
    forever = f"while :; do echo 'nameserver 192.0.2.2' >{RESOLV_CONF}; sleep 0.05; done"
    names.box.run(["systemd-run", "--quiet", "--unit=trampler", "sh", "-c", forever])
    try:
        wait_until(
            lambda: names.dns()["reason"] == "another program controls DNS",
            what="the watch to give up",
            timeout_s=30,
        )
    finally:
        names.sh("systemctl stop trampler")
    repairs = names.box.journal("wgdesk-helper").count("were changed; applied again")
    record(f"{repairs} repairs, then told")
    assert 10 <= repairs <= 11  # one more is of the test before
    names.wgdesk("down", "home")
    assert names.box.read(RESOLV_CONF) == "nameserver 192.0.2.2\n"


def test_fault_37_the_first_start_after_a_reboot_brings_the_file_back(plain_names):
    names = plain_names
    names.up()
    names.sh("systemctl kill --signal=KILL wgdesk-helper; systemctl stop wgdesk-helper")
    state = json.loads(names.box.read(STATE))
    state["boot"] = "another"  # what a reboot comes to, for this file
    names.sh(f"cat >{STATE} <<'END'\n{json.dumps(state)}\nEND")
    names.sh("systemctl start wgdesk-resolv")
    wait_until(lambda: names.resolv_conf() == names.before, what="the file of before")
    assert names.sh(f"ls {STATE}", check=False) == ""
