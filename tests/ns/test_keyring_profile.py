"""A profile whose keys are in the keyring, in the hands of `wg` and `wg-quick`: nothing unsafe."""

import itertools

import pytest

from tests.labs import programs
from tests.labs.ns import Host, Lab
from tests.labs.server_end import HOME4, HOME_SUBNETS
from wgdesk.domain.secret_lines import with_secrets, without_secrets

QUICK = {"WG_QUICK_USERSPACE_IMPLEMENTATION": "wireguard-go"}


@pytest.fixture
def profile(two_hosts: Lab[Host]):
    server = two_hosts.wireguard()
    client = server.add_client(preshared=True)
    return server, client, server.profile(client, allowed_ips=HOME_SUBNETS).encode()


def bare_of(content: bytes):
    count = itertools.count(1)
    return without_secrets(content, lambda _: f"5f0c0000-0000-4000-8000-{next(count):012}")


def test_wg_quick_strip_and_wg_setconf_take_it(two_hosts, profile, tmp_path):
    _, _, content = profile
    bare, secrets = bare_of(content)
    assert len(secrets) == 2
    path = tmp_path / "home.conf"
    path.write_bytes(bare)
    path.chmod(0o600)
    stripped = programs.run(["wg-quick", "strip", str(path)]).stdout
    (tmp_path / "stripped.conf").write_text(stripped)
    engine = two_hosts.user.start_engine("keyless")
    assert engine.returncode is None
    two_hosts.user.run(["wg", "setconf", "keyless", str(tmp_path / "stripped.conf")])
    shown = two_hosts.user.run(["wg", "show", "keyless", "dump"]).stdout.splitlines()
    assert shown[0].split("\t")[:2] == ["(none)", "(none)"]
    assert shown[1].split("\t")[1] == "(none)"


def test_wg_quick_up_makes_one_that_cannot_talk(two_hosts, profile, tmp_path):
    server, client, content = profile
    bare, secrets = bare_of(content)
    path = tmp_path / "home.conf"
    path.write_bytes(bare)
    path.chmod(0o600)
    two_hosts.user.run(["wg-quick", "up", str(path)], env=QUICK)
    assert two_hosts.source_seen_by(HOME4, timeout_s=1) is None  # neither through nor beside it
    assert not server.has_shaken_hands(client)
    two_hosts.user.run(["wg-quick", "down", str(path)], env=QUICK)

    # And with its keys it is the profile that it was.
    whole = with_secrets(bare, {it.reference.id: it.value for it in secrets})
    assert whole == content
    path.write_bytes(whole)
    two_hosts.user.run(["wg-quick", "up", str(path)], env=QUICK)
    assert two_hosts.source_seen_by(HOME4) == client.address4
    assert server.has_shaken_hands(client)
    two_hosts.user.run(["wg-quick", "down", str(path)], env=QUICK)
