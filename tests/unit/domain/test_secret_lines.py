"""Keys leave a profile and come back, and nothing else changes."""

import itertools
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wgdesk.domain.conf import parse
from wgdesk.domain.keys import PresharedKey, PrivateKey
from wgdesk.domain.secret_lines import (
    PRESHARED_KEY,
    PRIVATE_KEY,
    Reference,
    references,
    with_secrets,
    without_secrets,
)

KEY = PrivateKey.generate()
PEER = PrivateKey.generate().public()
SHARED = PresharedKey.generate()
ID = "5f0c0000-0000-4000-8000-00000000000%d"
PROFILE = f"""# mine
[Interface]
PrivateKey = {KEY.base64()}
Address = 10.66.0.2/32

[Peer]
  presharedkey={SHARED.base64()} \t# ours
PublicKey = {PEER}
""".encode()


def _numbered():
    count = itertools.count(1)
    return lambda _: ID % next(count)


def _random(_: str) -> str:
    return str(uuid.uuid4())


def _values(secrets):
    return {secret.reference.id: secret.value for secret in secrets}


def test_each_key_becomes_the_comment_that_is_agreed_on():
    bare, secrets = without_secrets(PROFILE, _numbered())
    assert (
        bare.decode()
        == f"""# mine
[Interface]
# wgdesk-secret: PrivateKey {ID % 1}
Address = 10.66.0.2/32

[Peer]
  # wgdesk-secret: presharedkey={ID % 2} \t# ours
PublicKey = {PEER}
"""
    )
    assert [secret.reference for secret in secrets] == [
        Reference(ID % 1, PRIVATE_KEY),
        Reference(ID % 2, PRESHARED_KEY),
    ]
    assert [secret.public_key for secret in secrets] == [str(KEY.public()), str(PEER)]
    assert references(bare) == tuple(secret.reference for secret in secrets)
    assert KEY.base64() not in repr(secrets)


def test_it_comes_back_byte_by_byte():
    bare, secrets = without_secrets(PROFILE, _random)
    assert with_secrets(bare, _values(secrets)) == PROFILE


_SPACE = st.text(" \t\v\f", max_size=3)
_KEY = st.binary(min_size=32, max_size=32).map(lambda raw: PresharedKey(raw).base64())
_SECRET_LINE = st.tuples(
    _SPACE,
    st.sampled_from(["PrivateKey", "privatekey", "PRESHAREDKEY", "PresharedKey"]),
    _SPACE,
    st.just("="),
    _SPACE,
    _KEY,
    _SPACE,
    st.sampled_from(["", "#", "# wgdesk-secret: x", "\r", "#\r"]),
).map("".join)
_LINE = st.one_of(
    _SECRET_LINE,
    st.text(max_size=20),
    st.sampled_from(["[Interface]", "[Peer]\r", " [peer] # x", "# wgdesk-secret: PrivateKey 12"]),
)


@given(st.lists(_LINE, max_size=12))
def test_any_text_comes_back(lines):
    content = "\n".join(lines).encode("utf-8", "surrogatepass")
    bare, secrets = without_secrets(content, _random)
    assert with_secrets(bare, _values(secrets)) == content
    assert {it.reference for it in secrets} == set(references(bare))
    assert not any(
        secret.value == line.partition(b"=")[2].partition(b"#")[0].strip().decode()
        for secret in secrets
        for line in bare.split(b"\n")
        if not line.strip().startswith(b"#")
    )


def test_bytes_that_are_no_text_stay():
    content = b"[Interface]\n# \xff\xfe\nPrivateKey = " + KEY.base64().encode()
    bare, secrets = without_secrets(content, _random)
    assert b"\xff\xfe" in bare
    assert with_secrets(bare, _values(secrets)) == content


def test_a_key_of_zeros_is_none_and_stays():
    content = b"[Peer]\nPresharedKey = " + b"A" * 43 + b"="
    assert without_secrets(content, _random) == (content, ())


def test_a_key_that_was_written_beside_its_comment_counts():
    bare, _ = without_secrets(PROFILE, _numbered())
    other = PrivateKey.generate().base64()
    edited = bare.replace(b"[Interface]\n", f"[Interface]\nPrivateKey = {other}\n".encode())
    assert [it.field for it in references(edited)] == [PRESHARED_KEY]
    whole = with_secrets(edited, {ID % 2: SHARED.base64()})
    assert parse(whole).profile.interface.private_key.base64() == other


@pytest.mark.parametrize("value", ["", "x" * 44, KEY.base64() + "\nPostUp = touch /tmp/x"])
def test_what_is_no_key_is_refused(value):
    bare, _ = without_secrets(PROFILE, _numbered())
    with pytest.raises(ValueError, match="key"):
        with_secrets(bare, {ID % 1: value, ID % 2: value})


def test_a_missing_one_is_told_by_its_id():
    bare, _ = without_secrets(PROFILE, _numbered())
    with pytest.raises(KeyError, match=ID % 2):
        with_secrets(bare, {ID % 1: KEY.base64()})


def test_no_problem_is_told_of_a_key_that_lies_elsewhere():
    bare, _ = without_secrets(PROFILE, _random)
    codes = {problem.code for problem in parse(bare).problems}
    assert "no-private-key" not in codes
    without = PROFILE.replace(f"PrivateKey = {KEY.base64()}\n".encode(), b"")
    assert "no-private-key" in {problem.code for problem in parse(without).problems}
