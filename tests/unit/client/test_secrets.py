"""What the vault makes of good and bad keyrings, and which it takes."""

import threading
import types

import pytest

from tests.support.fake_safe import FakeSafe
from wgdesk.client.secrets import accepted
from wgdesk.client.whole_profile import complete
from wgdesk.domain.keys import PrivateKey
from wgdesk.domain.profile_errors import (
    SecretMissing,
    VaultAbsent,
    VaultError,
    VaultFailed,
    VaultLocked,
    VaultTimeout,
)
from wgdesk.domain.secret_lines import PRIVATE_KEY, Reference, Secret, without_secrets

ID = "5f0c0000-0000-4000-8000-000000000001"
KEY = PrivateKey.generate()
SECRET = Secret(Reference(ID, PRIVATE_KEY), KEY.base64(), str(KEY.public()))
PROFILE = f"[Interface]\nPrivateKey = {KEY.base64()}\n".encode()
BARE = without_secrets(PROFILE, lambda _: ID)[0]


def test_a_key_is_stored_with_what_tells_it_from_others():
    safe = FakeSafe()
    safe.vault().store(SECRET, "Home\n")
    assert safe.items == {ID: KEY.base64()}
    assert safe.labels[ID].startswith("wgdesk: Home")
    assert safe.labels[ID].endswith("private key")
    assert safe.facts[ID] == {"field": "PrivateKey", "pubkey": str(KEY.public())}


def test_the_check_leaves_nothing_behind():
    safe = FakeSafe()
    safe.vault().check()
    assert safe.items == {}


@pytest.mark.parametrize("trouble", [{"forgets": True}, {"error": VaultAbsent("x")}])
def test_the_check_finds_a_bad_keyring(trouble):
    with pytest.raises(VaultError):
        FakeSafe(**trouble).vault().check()


def test_a_keyring_that_keeps_nothing_is_told_at_once():
    with pytest.raises(VaultFailed):
        FakeSafe(forgets=True).vault().store(SECRET, "home")


def test_one_that_never_answers_is_given_up():
    never = threading.Event()
    with pytest.raises(VaultTimeout) as told:
        FakeSafe(never=never).vault(patience_s=0.05).read(SECRET.reference)
    never.set()
    assert "0.05 seconds" in str(told.value)


def test_the_words_of_a_library_are_not_repeated():
    with pytest.raises(VaultFailed) as told:
        FakeSafe(error=RuntimeError(KEY.base64())).vault().read(SECRET.reference)
    assert KEY.base64() not in repr(told.value) + str(told.value)
    assert told.value.__cause__ is None
    assert told.value.__suppress_context__


def test_nobody_is_asked_for_a_password_behind_their_back():
    safe = FakeSafe(items={ID: KEY.base64()})
    complete(BARE, safe.vault(may_unlock=False))
    assert safe.asked_to_unlock is False


def test_a_profile_is_whole_again():
    safe = FakeSafe(items={ID: KEY.base64()})
    assert complete(BARE, safe.vault()) == PROFILE


def test_a_whole_profile_asks_nobody():
    assert complete(PROFILE, FakeSafe(error=VaultLocked()).vault()) == PROFILE


@pytest.mark.parametrize(
    ("trouble", "expected"),
    [
        ({"error": VaultLocked()}, VaultLocked),
        ({}, SecretMissing),
        ({"items": {ID: "x\nPostUp = id"}}, SecretMissing),
    ],
)
def test_a_key_that_cannot_be_had_says_why(trouble, expected):
    with pytest.raises(expected):
        complete(BARE, FakeSafe(**trouble).vault())


def _backend(module: str, **members):
    kind = type("Keyring", (), {"__module__": module, **members})
    return kind()


@pytest.mark.parametrize(
    "module",
    [
        "keyring.backends.null",
        "keyring.backends.fail",
        "keyrings.alt.file",
        "keyring.backends.SecretServices",
        "my.own",
    ],
)
def test_a_keyring_that_keeps_no_secrets_is_refused(module):
    with pytest.raises(VaultAbsent):
        accepted(_backend(module))


@pytest.mark.parametrize("name", ["SecretService", "kwallet", "libsecret"])
def test_the_known_ones_are_taken(name):
    backend = _backend(f"keyring.backends.{name}")
    assert accepted(backend) is backend


def test_of_a_chain_the_first_counts():
    good, bad = _backend("keyring.backends.kwallet"), _backend("keyrings.alt.file")
    assert accepted(_backend("keyring.backends.chainer", backends=[good, bad])) is good
    with pytest.raises(VaultAbsent):
        accepted(_backend("keyring.backends.chainer", backends=[bad, good]))
    with pytest.raises(VaultAbsent):
        accepted(_backend("keyring.backends.chainer", backends=[]))


def test_the_null_keyring_of_the_library_is_refused(monkeypatch):
    import keyring.backends.null  # noqa: PLC0415

    assert isinstance(keyring.backends.null, types.ModuleType)
    with pytest.raises(VaultAbsent):
        accepted(keyring.backends.null.Keyring())
