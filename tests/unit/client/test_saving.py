"""SaveConfig: the file on disk after a `down`, whole and in place whatever happens."""

import errno
import itertools
import os
import resource
import stat
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.build import networks
from tests.support.conf_vectors import PRIVATE, PUBLIC
from tests.support.fakes import a_tunnel
from wgdesk.client import profile_writer
from wgdesk.client.profile_file import ProfileFile, file_at
from wgdesk.client.profile_writer import replace_content
from wgdesk.client.saving import EDITED, UNREAD, save_live
from wgdesk.domain.errors import NoSuchProfile, ProfileNotSaved
from wgdesk.domain.keys import PrivateKey
from wgdesk.domain.live_edits import PRIVATE_KEY_STAYS
from wgdesk.domain.profile_errors import ProfileChanged
from wgdesk.domain.secret_lines import without_secrets
from wgdesk.domain.snapshot import DeviceSnapshot, Lifecycle

OTHER = PrivateKey.generate().public()
ID = "5f0c0000-0000-4000-8000-000000000001"

TEXT = f"""\
[Interface]
PrivateKey = {PRIVATE}
SaveConfig = true
[Peer]  # the server
PublicKey = {PUBLIC}
AllowedIPs = 10.1.0.0/16
Endpoint = vpn.example:51820
""".encode()


@pytest.fixture
def file(tmp_path: Path) -> ProfileFile:
    path = tmp_path / "home.conf"
    path.write_bytes(TEXT)
    path.chmod(0o600)
    return file_at(path)


def live(text: bytes = TEXT, **values):
    """The tunnel of that text, its peer changed by hand."""
    tunnel = a_tunnel("home", text)
    peers = tuple(replace(peer, **values) for peer in tunnel.device.peers)
    return replace(tunnel, device=replace(tunnel.device, peers=peers))


MORE = live(allowed_ips=networks("10.1.0.0/16", "10.2.0.0/16"))
WANTED = TEXT.replace(b"10.1.0.0/16\n", b"10.1.0.0/16, 10.2.0.0/16\n")


@pytest.fixture(autouse=True)
def own_state(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))


def only_file(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_what_was_changed_by_hand_is_in_the_file_afterwards(file):
    saved = save_live(file, MORE)
    assert saved.changed == ("1 peer changed",)
    assert file.path.read_bytes() == WANTED
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    assert only_file(file.path.parent) == ["home.conf"]


def test_file_that_says_it_already_is_not_touched(file):
    before = file.path.stat()
    assert save_live(file, live()).changed == ()
    assert file.path.stat() == before


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o644])
def test_mode_of_the_file_is_kept(file, mode):
    file.path.chmod(mode)
    save_live(file, MORE)
    assert stat.S_IMODE(file.path.stat().st_mode) == mode


def test_file_without_save_config_is_left_alone(file):
    text = TEXT.replace(b"true", b"false")
    file.path.write_bytes(text)
    assert save_live(file, live(text, allowed_ips=())) is None
    assert file.path.read_bytes() == text


def test_file_that_was_edited_since_is_left_alone(file):
    file.path.write_bytes(TEXT.replace(b"10.1.0.0/16", b"10.9.0.0/16"))
    before = file.path.read_bytes()
    with pytest.raises(ProfileNotSaved, match=EDITED):
        save_live(file, MORE)
    assert file.path.read_bytes() == before


def test_comments_may_have_been_edited_since(file):
    file.path.write_bytes(b"# new\n" + TEXT)
    save_live(file, MORE)
    assert file.path.read_bytes() == b"# new\n" + WANTED


def test_device_that_did_not_answer_empties_nothing(file):
    with pytest.raises(ProfileNotSaved, match=UNREAD):
        save_live(file, replace(MORE, device=DeviceSnapshot()))
    assert file.path.read_bytes() == TEXT


def test_tunnel_that_had_failed_saves_nothing(file):
    assert save_live(file, replace(MORE, lifecycle=Lifecycle.FAILED)) is None


def test_key_that_cannot_be_read_back_is_warned_of(file):
    tunnel = replace(MORE, device=replace(MORE.device, public_key=MORE.device.peers[0].public_key))
    assert save_live(file, tunnel).warnings == (PRIVATE_KEY_STAYS,)


def test_link_stays_and_its_target_is_written(file):
    real = file.path.with_name("real")
    file.path.rename(real)
    file.path.symlink_to(real)
    save_live(file, MORE)
    assert file.path.is_symlink()
    assert real.read_bytes() == WANTED


def test_file_that_went_away_is_not_made_again(file):
    file.path.unlink()
    with pytest.raises(NoSuchProfile):
        save_live(file, MORE)
    assert only_file(file.path.parent) == []


def test_change_by_another_program_meanwhile_wins(file):
    other = TEXT + b"# somebody else\n"
    file.path.write_bytes(other)
    with pytest.raises(ProfileChanged) as caught:
        replace_content(file, TEXT, WANTED)
    assert caught.value.content == other
    assert file.path.read_bytes() == other
    assert only_file(file.path.parent) == ["home.conf"]


@contextmanager
def file_size_limit(size_bytes: int):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_write_that_breaks_off_halfway_leaves_the_old_file_whole(file):
    with file_size_limit(64), pytest.raises(ProfileNotSaved, match="too large"):
        save_live(file, MORE)
    assert file.path.read_bytes() == TEXT
    assert only_file(file.path.parent) == ["home.conf"]


def test_full_disk_leaves_the_old_file_whole(file, monkeypatch):
    def full(_descriptor):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(profile_writer.os, "fsync", full)
    with pytest.raises(ProfileNotSaved, match="no space left"):
        save_live(file, MORE)
    assert file.path.read_bytes() == TEXT
    assert only_file(file.path.parent) == ["home.conf"]


def test_keys_that_lie_in_the_keyring_stay_there(file):
    count = itertools.count(1)
    keyed = TEXT + f"PresharedKey = {PRIVATE}\n[Peer]\nPublicKey = {OTHER}\n".encode()
    bare, _ = without_secrets(keyed, lambda _: f"5f0c0000-0000-4000-8000-{next(count):012}")
    file.path.write_bytes(bare)
    tunnel = live(keyed, allowed_ips=networks("10.1.0.0/16", "10.2.0.0/16"))
    saved = save_live(file, tunnel)
    assert saved.warnings == ()
    found = file.path.read_text()
    assert found.count("# wgdesk-secret: ") == 2
    assert "10.2.0.0/16" in found
    assert PRIVATE not in found


def test_a_peer_that_is_gone_takes_its_reference_along(file):
    keyed = TEXT + f"[Peer]\nPublicKey = {OTHER}\nPresharedKey = {PRIVATE}\n".encode()
    bare, _ = without_secrets(keyed, lambda it: ID if it == PRIVATE else None)
    file.path.write_bytes(bare)
    tunnel = live(keyed)
    first = replace(tunnel.device, peers=tunnel.device.peers[:1])
    save_live(file, replace(tunnel, device=first))
    assert file.path.read_text().count("# wgdesk-secret: ") == 1
