"""Curve25519 keys and preshared keys: 32 bytes, base64 on paper."""

import base64
import binascii
import re
from dataclasses import dataclass, field
from typing import Self

from nacl.bindings import crypto_scalarmult_base
from nacl.utils import random as random_bytes

KEY_BYTES = 32
KEY_CHARACTERS = 44

# 43 symbols and one "="; the last symbol carries 4 bits, so its low two are zero (wg refuses others).
_KEY_TEXT = re.compile(r"[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=")


@dataclass(frozen=True, slots=True)
class Key:
    """One 32-byte value; never printed by repr(), so it never reaches a log."""

    raw: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.raw) != KEY_BYTES:
            raise ValueError(f"a key is {KEY_BYTES} bytes, got {len(self.raw)}")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the canonical base64 form that `wg` accepts.

        Raises:
            ValueError: With a sentence that does not quote the text.
        """
        if len(text) != KEY_CHARACTERS:
            raise ValueError(f"a key has {KEY_CHARACTERS} characters, this has {len(text)}")
        if not _KEY_TEXT.fullmatch(text):
            raise ValueError("not a key in canonical base64")
        try:
            return cls(base64.b64decode(text, validate=True))
        except binascii.Error as error:
            raise ValueError("not a key in canonical base64") from error

    @property
    def is_zero(self) -> bool:
        """All zero means "no key" to the kernel and to wg."""
        return not any(self.raw)

    def base64(self) -> str:
        return base64.b64encode(self.raw).decode("ascii")


class PublicKey(Key):
    __slots__ = ()

    def __str__(self) -> str:
        return self.base64()


class PresharedKey(Key):
    __slots__ = ()

    @classmethod
    def generate(cls) -> Self:
        return cls(random_bytes(KEY_BYTES))


class PrivateKey(Key):
    __slots__ = ()

    @classmethod
    def generate(cls) -> Self:
        """A fresh key, clamped as RFC 7748 section 5 says, as `wg genkey` does."""
        return cls(_clamp(random_bytes(KEY_BYTES)))

    def public(self) -> PublicKey:
        return PublicKey(crypto_scalarmult_base(self.raw))

    def clamped(self) -> Self:
        """The form in which the kernel and the engines store it."""
        return type(self)(_clamp(self.raw))


def _clamp(raw: bytes) -> bytes:
    return bytes([raw[0] & 248, *raw[1:31], (raw[31] & 127) | 64])
