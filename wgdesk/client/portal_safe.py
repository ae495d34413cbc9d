"""The keyring of a sandboxed program: a file of its own, locked with a secret that the desktop keeps.

org.freedesktop.portal.Secret, version 1: the same secret each time, for this program alone, out of
the person's keyring. The file is worth nothing without it.
"""

import asyncio
import base64
import fcntl
import hashlib
import os
import select
from collections.abc import Callable, Mapping
from typing import Final

from dbus_next.signature import Variant
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from wgdesk.client.own_file import Document, OwnFile, data_home, told_in_words
from wgdesk.client.portal_request import PortalRefused, ask_portal
from wgdesk.client.private_folder import make_private
from wgdesk.domain.errors import PreferencesUnwritable
from wgdesk.domain.profile_errors import VaultAbsent, VaultFailed, VaultLocked

LEAST_BYTES: Final = 32
MOST_BYTES: Final = 4096  # of a secret; a pipe takes that much at once
QUIET_S: Final = 2.0  # most have written it before they answer
FILE: Final = "keys.json"
LOCK: Final = "keys.lock"
MAX_BYTES: Final = 16 << 20  # each key takes some 200

_SECRET: Final = "org.freedesktop.portal.Secret"  # noqa: S105  # the name of an interface
_PURPOSE: Final = b"wgdesk keys"
_KEYS: Final = "keys"
_TOKEN: Final = "token"  # noqa: S105  # the name of one
_known: list[bytes] = []  # asked for once in each process


class PortalSafe:
    """Implements secrets.Safe.

    Args:
        may_unlock: Whether a person sits there who can be asked for a password.
    """

    def __init__(self, *, may_unlock: bool) -> None:
        self._may_unlock = may_unlock
        self._file = OwnFile(data_home() / "wgdesk" / FILE, MAX_BYTES)

    def write(self, secret_id: str, label: str, facts: Mapping[str, str], value: str) -> None:  # noqa: ARG002  # nobody but us reads it
        # With its id inside, none can be put in another's place.
        content = self._box().encrypt(f"{secret_id}\n{value}".encode())
        text = base64.b64encode(content).decode("ascii")
        self._change(lambda kept: {**kept, secret_id: text})

    def read(self, secret_id: str) -> str | None:
        kept = self._kept().get(secret_id)
        if kept is None:
            return None
        try:
            content = self._box().decrypt(base64.b64decode(str(kept))).decode()
        except (CryptoError, ValueError):
            raise VaultFailed("what it keeps does not open with the desktop's secret") from None
        own_id, _, value = content.partition("\n")
        if own_id != secret_id:
            raise VaultFailed("what it keeps belongs to another key")
        return value

    def delete(self, secret_id: str) -> None:
        if secret_id in self._kept():
            self._change(lambda kept: {it: kept[it] for it in kept if it != secret_id})

    def _kept(self) -> Document:
        return _keys_of(self._file.read())

    def _change(self, edit: Callable[[Document], Document]) -> None:
        """Of what is there by then: the window and the command line may both be at it."""
        try:
            _change_alone(self._file, lambda it: {**it, _KEYS: edit(_keys_of(it))})
        except PreferencesUnwritable as error:
            raise VaultFailed(str(error)) from error

    def _box(self) -> SecretBox:
        if not _known:
            if not self._may_unlock:
                raise VaultLocked
            secret = asyncio.run(_retrieve(self._file))
            _known.append(hashlib.blake2b(secret, digest_size=32, person=_PURPOSE).digest())
        return SecretBox(_known[0])


def _keys_of(document: Document) -> Document:
    kept = document.get(_KEYS)
    return dict(kept) if isinstance(kept, dict) else {}


def _change_alone(file: OwnFile, edit: Callable[[Document], Document]) -> None:
    """Raises PreferencesUnwritable."""
    with told_in_words(file.path):
        make_private(file.path.parent)
        lock = os.open(file.path.with_name(LOCK), os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        file.change(edit)
    finally:
        os.close(lock)


async def _retrieve(file: OwnFile) -> bytes:
    """The desktop's secret for this program; raises VaultAbsent."""
    token = file.read().get(_TOKEN)
    options = {_TOKEN: Variant("s", token)} if isinstance(token, str) else {}
    reading, writing = os.pipe()
    try:
        try:
            results = await ask_portal(_SECRET, "RetrieveSecret", options, descriptor=writing)
        except PortalRefused as error:
            why = f"the desktop's portal gives this Flatpak no secret: {error}"
            raise VaultAbsent(why) from error
        finally:
            os.close(writing)
        secret = _read_all(reading)
    finally:
        os.close(reading)
    if len(secret) < LEAST_BYTES:
        raise VaultAbsent("the desktop's portal gave no secret that is long enough")
    _remember(file, results.get(_TOKEN))
    return secret


def _read_all(reading: int) -> bytes:
    """Up to the end, or until nothing more comes."""
    found = b""
    while len(found) < MOST_BYTES and select.select([reading], [], [], QUIET_S)[0]:
        piece = os.read(reading, MOST_BYTES)
        if not piece:
            break
        found += piece
    return found


def _remember(file: OwnFile, token: object) -> None:
    """What it wants to be told the next time."""
    if isinstance(token, Variant) and token.signature == "s":
        value = token.value

        def edit(document: Document) -> Document:
            return {**document, _TOKEN: value}

        _change_alone(file, edit)
