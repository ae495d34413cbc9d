"""Records on disk: whole or not at all, and without a key in them."""

import os
import stat
from dataclasses import replace

import pytest

from tests.support.build import a_profile, some_facts
from tests.support.records import a_record
from wgdesk.domain.conf import read_profile
from wgdesk.domain.dns import DnsBackend, DnsChoice
from wgdesk.domain.errors import InvalidName, StateNotSaved
from wgdesk.domain.options import HookMode, TunnelOptions
from wgdesk.domain.plan import plan_up
from wgdesk.domain.steps import ConfigureDevice
from wgdesk.engine.journal import FolderJournal, Unread
from wgdesk.engine.record import Stage

EVERYTHING = """\
[Interface]
PrivateKey = {private}
Address = 10.9.0.2/24, fd00::2/64
DNS = 10.9.0.1, corp.example
PreUp = true
PostUp = echo %i up
PreDown = echo %i
PostDown = false
[Peer]
PublicKey = {public}
PresharedKey = {preshared}
AllowedIPs = 0.0.0.0/0, ::/0
"""
OPTIONS = TunnelOptions(allow_lan=False, use_dns=True, hooks=HookMode.ROOT)


@pytest.fixture
def journal(tmp_path):
    return FolderJournal(tmp_path / "tunnels")


def test_what_is_written_reads_back(journal):
    keys = a_profile()
    text = EVERYTHING.format(
        private=keys.interface.private_key.base64(),
        public=keys.peers[0].public_key.base64(),
        preshared=keys.peers[0].preshared_key.base64(),
    )
    profile = read_profile(text.encode())
    facts = replace(
        some_facts(profile), dns=DnsChoice(DnsBackend.RESOLVED, "it is"), has_firewall=True
    )
    plan = plan_up("home", profile, facts, OPTIONS)
    record = replace(
        a_record(profile=profile), plan=plan, options=OPTIONS, stage=Stage.UP, since_unix_s=77
    )
    journal.write(record)
    (found,) = journal.read()
    lasting = tuple(step for step in plan.steps if not isinstance(step, ConfigureDevice))
    hooks = (*plan.pre_down, *plan.post_down)
    assert len(hooks) == 2
    assert (*found.plan.pre_down, *found.plan.post_down) == hooks
    without_hooks = [step for step in lasting if type(step).__name__ != "RunHook"]
    assert list(found.plan.steps) == without_hooks
    assert {type(step).__name__ for step in without_hooks} == {
        "LoadFirewall",
        "CreateLink",
        "AddAddress",
        "RaiseLink",
        "AddRoute",
        "AddRule",
        "ApplyDns",
    }
    assert found.plan.routing == plan.routing
    assert replace(found, plan=plan) == record
    assert found.profile().allowed_ips() == profile.allowed_ips()


def test_no_key_is_written(journal, tmp_path):
    profile = a_profile()
    journal.write(a_record(profile=profile))
    (path,) = (tmp_path / "tunnels").iterdir()
    data = path.read_bytes()
    assert profile.peers[0].public_key.base64().encode() in data
    assert profile.interface.private_key.base64().encode() not in data
    assert profile.peers[0].preshared_key.base64().encode() not in data
    assert profile.interface.private_key.raw.hex().encode() not in data


def test_only_root_may_read_it(journal, tmp_path):
    os.umask(0o022)
    journal.write(a_record())
    (path,) = (tmp_path / "tunnels").iterdir()
    modes = [stat.S_IMODE(it.stat().st_mode) for it in (path, path.parent)]
    assert modes == [0o600, 0o700]


def test_the_last_record_of_a_name_counts(journal):
    journal.write(a_record())
    journal.write(a_record(stage=Stage.UP))
    journal.write(a_record("work"))
    assert [(it.name, it.stage) for it in journal.read()] == [
        ("home", Stage.UP),
        ("work", Stage.RISING),
    ]
    journal.remove("home")
    journal.remove("home")
    assert [it.name for it in journal.read()] == ["work"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"v":1}',
        b'{"v":2,"id":"1"}',
        b'{"v":1,"id":"1","owner_uid":1,"name":"home","stage":"flying"}',
        b"\xff\xfe",
        b"[" * 100_000,
    ],
)
def test_what_cannot_be_read_is_told_and_stays(journal, tmp_path, data):
    journal.write(a_record())
    path = tmp_path / "tunnels/home.json"
    path.write_bytes(data)
    (found,) = journal.read()
    assert isinstance(found, Unread)
    assert found.name == "home"
    assert path.read_bytes() == data


def test_a_record_of_another_name_is_not_believed(journal, tmp_path):
    journal.write(a_record())
    folder = tmp_path / "tunnels"
    (folder / "home.json").rename(folder / "work.json")
    assert list(journal.read()) == [Unread("work", "it is about another tunnel")]


def test_a_write_that_fails_leaves_the_old_record(journal, tmp_path, monkeypatch):
    journal.write(a_record())

    def full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StateNotSaved, match="no space left on device"):
        journal.write(a_record(stage=Stage.UP))
    monkeypatch.undo()
    (found,) = journal.read()
    assert found.stage is Stage.RISING
    assert [path.name for path in (tmp_path / "tunnels").iterdir()] == ["home.json"]


def test_a_name_cannot_lead_out_of_the_folder(journal):
    for name in ("../x", "a/b", ""):
        with pytest.raises(InvalidName):
            journal.remove(name)


def test_no_folder_is_no_record(tmp_path):
    assert list(FolderJournal(tmp_path / "absent").read()) == []
