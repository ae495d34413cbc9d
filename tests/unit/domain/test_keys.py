"""Keys: their form, their arithmetic, and that they are never shown."""

import base64

import pytest

from tests.support.conf_vectors import OK, UNCLAMPED, VALUES, ZERO
from wgdesk.domain.keys import PresharedKey, PrivateKey, PublicKey

PRIVATE = "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk="
PUBLIC = "HIgo9xNzJMWLKASShiTqIybxZ0U3wGLiUeJ1PKf8ykw="


def test_public_key_follows_from_the_private_key():
    assert PrivateKey.parse(PRIVATE).public() == PublicKey.parse(PUBLIC)


def test_public_key_of_bob_is_that_of_rfc_7748():
    # Section 6.1.
    private = bytes.fromhex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb")
    public = bytes.fromhex("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f")
    assert PrivateKey(private).public() == PublicKey(public)


def test_public_key_is_the_same_before_and_after_clamping():
    key = PrivateKey.parse(UNCLAMPED)
    assert key.clamped() != key
    assert key.clamped().public() == key.public()


def test_zero_key_has_a_public_key_as_wg_says():
    assert PrivateKey(bytes(32)).public().base64().startswith("L+V9o0fN")


def test_clamped_clears_and_sets_the_bits_of_rfc_7748():
    raw = PrivateKey.parse(UNCLAMPED).clamped().raw
    assert (raw[0] & 7, raw[31] & 128, raw[31] & 64) == (0, 0, 64)
    assert raw[1:31] == b"\xff" * 30


def test_generate_makes_clamped_keys_each_another():
    keys = [PrivateKey.generate() for _ in range(20)]
    assert all(key.clamped() == key for key in keys)
    assert len({key.raw for key in keys}) == 20


def test_generate_leaves_preshared_keys_unclamped():
    assert any(PresharedKey.generate().raw[0] & 7 for _ in range(50))


def test_base64_comes_back_as_it_was_read():
    for text in (PRIVATE, PUBLIC, ZERO, UNCLAMPED):
        assert PublicKey.parse(text).base64() == text
        assert str(PublicKey.parse(text)) == text


def test_is_zero_only_when_every_byte_is():
    assert PresharedKey.parse(ZERO).is_zero
    assert not PresharedKey(bytes(31) + b"\1").is_zero


@pytest.mark.parametrize("text", [text for text, verdict in VALUES["PublicKey"] if verdict != OK])
def test_parse_refuses_what_wg_refuses_and_does_not_quote_it(text):
    with pytest.raises(ValueError, match="key") as caught:
        PublicKey.parse(text)
    assert not text or text not in str(caught.value)


@pytest.mark.parametrize("last", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
def test_parse_accepts_a_last_letter_only_when_it_encodes_back(last):
    text = "A" * 42 + last + "="
    canonical = base64.b64encode(base64.b64decode(text)).decode() == text
    try:
        PublicKey.parse(text)
        accepted = True
    except ValueError:
        accepted = False
    assert accepted == canonical


@pytest.mark.parametrize("size", [0, 31, 33])
def test_key_has_32_bytes(size):
    with pytest.raises(ValueError, match="32 bytes"):
        PublicKey(bytes(size))


@pytest.mark.parametrize("kind", [PrivateKey, PresharedKey, PublicKey])
def test_repr_never_shows_the_key(kind):
    key = kind.parse(PRIVATE)
    assert repr(key) == f"{kind.__name__}()"
    assert PRIVATE not in f"{[key]}"


@pytest.mark.parametrize("kind", [PrivateKey, PresharedKey])
def test_str_never_shows_a_secret_key(kind):
    assert PRIVATE not in str(kind.parse(PRIVATE))


def test_kinds_of_key_are_never_equal():
    assert PrivateKey.parse(PRIVATE) != PublicKey.parse(PRIVATE)
