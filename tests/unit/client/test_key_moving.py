"""Keys go into the keyring and back; whatever ends it on the way, each is still somewhere."""

from pathlib import Path

import pytest

from tests.support.fake_safe import FakeSafe
from wgdesk.client import key_moving, profile_writer
from wgdesk.client.history import History
from wgdesk.client.key_moving import KeyMover, KeyPlace, key_place
from wgdesk.client.library import Library
from wgdesk.client.preferences import Preferences
from wgdesk.client.store import ProfileStore
from wgdesk.client.trash import Trash
from wgdesk.client.whole_profile import complete
from wgdesk.domain.errors import InvalidProfile
from wgdesk.domain.keys import PresharedKey, PrivateKey
from wgdesk.domain.profile_errors import KeysLeft, ProfileChanged, ProfileNotWritten, VaultLocked
from wgdesk.domain.secret_lines import references

KEY, OLD_KEY = PrivateKey.generate().base64(), PrivateKey.generate().base64()
SHARED = PresharedKey.generate().base64()
TEXT = f"""[Interface]
PrivateKey = {KEY}  # mine
Address = 10.0.0.2/32

[Peer]
PublicKey = {PrivateKey.generate().public()}
PresharedKey = {SHARED}
AllowedIPs = 10.0.0.0/24
""".encode()
OLDER = TEXT.replace(KEY.encode(), OLD_KEY.encode())
KEYS = (KEY, OLD_KEY, SHARED)


@pytest.fixture
def library(tmp_path) -> Library:
    made = Library(
        ProfileStore(tmp_path / ".wireguard"),
        Preferences(tmp_path / "profiles.json"),
        History(tmp_path / "state" / "history"),
        Trash(tmp_path / "state" / "deleted"),
    )
    file = made.create("home", OLDER)
    made.save(file, OLDER, TEXT)
    return made


@pytest.fixture
def safe() -> FakeSafe:
    return FakeSafe()


def on_disk(root: Path) -> str:
    files = [path for path in root.rglob("*") if path.is_file()]
    return "\n".join(path.read_text() for path in files)


def text(library: Library) -> bytes:
    return library.file("home").read()


def test_keys_leave_the_disk_and_come_back(library, safe, tmp_path):
    mover = KeyMover(library, safe.vault())
    assert mover.into_keyring("home") == 2
    assert not any(key in on_disk(tmp_path) for key in KEYS)
    assert set(safe.items.values()) == set(KEYS)  # the same key has one item
    assert "wgdesk: home private key" in safe.labels.values()
    assert complete(text(library), safe.vault()) == TEXT
    assert key_place(text(library)) is KeyPlace.KEYRING
    assert library.file("home").path.stat().st_mode & 0o777 == 0o600
    assert [complete(library.version(it), safe.vault()) for it in library.history("home")] == [
        OLDER
    ]

    assert mover.into_file("home") == 2
    assert text(library) == TEXT
    assert [library.version(it) for it in library.history("home")] == [OLDER]
    assert safe.items == {}


def test_twice_is_once(library, safe):
    mover = KeyMover(library, safe.vault())
    mover.into_keyring("home")
    bare, items = text(library), dict(safe.items)
    assert mover.into_keyring("home") == 0
    assert (text(library), safe.items) == (bare, items)


def test_no_key_is_anywhere_in_a_profile_without_keys():
    assert key_place(b"[Interface]\nAddress = 10.0.0.1/32\n") is KeyPlace.NOWHERE
    assert key_place(TEXT) is KeyPlace.FILE


class Killed(BaseException):
    """As by kill -9: nothing of ours runs any more."""


def _killing(monkeypatch, safe: FakeSafe, at: int):
    """End the whole at the step of that number, before or after it; answers what counts them."""
    count = {"steps": 0, "dead": False}

    def step() -> None:
        if count["dead"]:
            raise Killed
        count["steps"] += 1
        if count["steps"] == at:
            count["dead"] = True
            raise Killed

    def around(owner, name) -> None:
        inner = getattr(owner, name)

        def wrapped(*args, **kwargs):
            step()
            found = inner(*args, **kwargs)
            step()
            return found

        monkeypatch.setattr(owner, name, wrapped)

    around(safe, "write")
    around(safe, "delete")
    around(key_moving, "replace_content")
    around(Path, "replace")
    around(profile_writer, "sync_folder")
    return count


def _whereabouts(library: Library, safe: FakeSafe) -> None:
    """The profile and its earlier version are whole, with what the keyring has now."""
    vault = FakeSafe(items=dict(safe.items)).vault()
    assert complete(text(library), vault) == TEXT
    assert [complete(library.version(it), vault) for it in library.history("home")] == [OLDER]


@pytest.mark.parametrize("at", range(1, 40))
@pytest.mark.parametrize("is_back", [False, True], ids=["into the keyring", "back"])
def test_whatever_ends_it_no_key_is_lost(library, safe, monkeypatch, at, is_back):
    mover = KeyMover(library, safe.vault())
    if is_back:
        mover.into_keyring("home")
    with monkeypatch.context() as patch:
        count = _killing(patch, safe, at)
        try:
            (mover.into_file if is_back else mover.into_keyring)("home")
        except Killed:
            pass
        else:
            assert count["steps"] < at
    _whereabouts(library, safe)
    # And who tries again gets what was wanted.
    (mover.into_file if is_back else mover.into_keyring)("home")
    _whereabouts(library, safe)
    assert bool(references(text(library))) is not is_back


def test_an_interrupt_just_after_the_file_was_written_loses_nothing(library, safe, monkeypatch):
    def interrupt(_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(profile_writer, "sync_folder", interrupt)
        with pytest.raises(KeyboardInterrupt):
            KeyMover(library, safe.vault()).into_keyring("home")
    assert references(text(library))
    _whereabouts(library, safe)


def test_a_locked_keyring_changes_nothing(library, safe, tmp_path):
    before = on_disk(tmp_path)
    safe.error = VaultLocked()
    with pytest.raises(VaultLocked):
        KeyMover(library, safe.vault()).into_keyring("home")
    assert on_disk(tmp_path) == before


def test_a_keyring_that_locks_itself_meanwhile_changes_nothing(library, safe):
    safe.error, safe.calls_left = VaultLocked(), 2
    with pytest.raises(VaultLocked):
        KeyMover(library, safe.vault()).into_keyring("home")
    assert text(library) == TEXT


def test_what_another_program_wrote_meanwhile_stands(library, safe, monkeypatch):
    file = library.file("home")
    writes = safe.write

    def write(*args):
        file.path.write_bytes(TEXT + b"# more\n")
        writes(*args)

    monkeypatch.setattr(safe, "write", write)
    with pytest.raises(ProfileChanged):
        KeyMover(library, safe.vault()).into_keyring("home")
    assert text(library) == TEXT + b"# more\n"
    assert safe.items == {}


def test_a_disk_that_is_full_changes_nothing(library, safe, monkeypatch):
    mover = KeyMover(library, safe.vault())
    mover.into_keyring("home")
    bare, items = text(library), dict(safe.items)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(profile_writer, "_write", full)
    with pytest.raises(ProfileNotWritten):
        mover.into_file("home")
    assert (text(library), safe.items) == (bare, items)


def test_an_earlier_version_that_stays_is_told(library, safe):
    mover = KeyMover(library, safe.vault())
    safe.error, safe.calls_left = VaultLocked(), 4  # two keys of the file, each read back
    with pytest.raises(KeysLeft, match="home"):
        mover.into_keyring("home")
    safe.error = None
    assert complete(text(library), safe.vault()) == TEXT
    assert mover.into_keyring("home") == 0
    assert OLD_KEY in safe.items.values()


def test_an_item_that_another_profile_names_stays(library, safe):
    mover = KeyMover(library, safe.vault())
    mover.into_keyring("home")
    library.create("copy", text(library))
    mover.into_file("home")
    assert complete(library.file("copy").read(), safe.vault()) == TEXT


def test_a_deleted_profile_comes_back_with_its_keys(library, safe):
    mover = KeyMover(library, safe.vault())
    mover.into_keyring("home")
    deleted = library.delete("home")
    library.undelete(deleted)
    mover.into_file("home")
    assert text(library) == TEXT


def test_an_item_that_a_deleted_profile_names_stays(library, safe):
    mover = KeyMover(library, safe.vault())
    mover.into_keyring("home")
    library.create("copy", text(library))
    deleted = library.delete("home")
    mover.into_file("copy")
    library.undelete(deleted)
    assert complete(text(library), safe.vault()) == TEXT


def test_a_renamed_profile_keeps_its_keys(library, safe):
    mover = KeyMover(library, safe.vault())
    mover.into_keyring("home")
    name = library.rename("home", "office").name
    assert complete(library.file(name).read(), safe.vault()) == TEXT
    library.rename(name, "home")
    assert mover.into_file("home") == 2


def test_a_profile_with_errors_is_refused(library, safe):
    file = library.create("broken", TEXT + b"[What]\n")
    with pytest.raises(InvalidProfile):
        KeyMover(library, safe.vault()).into_keyring("broken")
    assert file.read() == TEXT + b"[What]\n"
