"""A profile's keys go into the keyring, and out of it again.

At every moment each key is in at least one of the two: it is written to where it is to be and read
back there before it goes from where it was.
"""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from uuid import uuid4

from wgdesk.client.library import Library
from wgdesk.client.profile_file import ProfileFile
from wgdesk.client.profile_writer import replace_content
from wgdesk.client.secrets import Vault
from wgdesk.client.whole_profile import complete
from wgdesk.domain.conf import MAX_PROFILE_BYTES, read_profile
from wgdesk.domain.errors import WgdeskError
from wgdesk.domain.names import printable
from wgdesk.domain.profile_errors import (
    HistoryUnavailable,
    KeysLeft,
    ProfileNotWritten,
    SecretMissing,
    VaultError,
)
from wgdesk.domain.secret_lines import Reference, Secret, references, without_secrets


class KeyPlace(StrEnum):
    """Where the keys of one profile are."""

    FILE = "file"
    KEYRING = "keyring"
    BOTH = "both"  # some here, some there
    NOWHERE = "none"  # it has no keys


def key_place(content: bytes) -> KeyPlace:
    """What the text of a profile says of that."""
    in_file = bool(without_secrets(content, lambda _: str(uuid4()))[1])
    in_keyring = bool(references(content))
    if in_file and in_keyring:
        return KeyPlace.BOTH
    if in_keyring:
        return KeyPlace.KEYRING
    return KeyPlace.FILE if in_file else KeyPlace.NOWHERE


@dataclass(frozen=True, slots=True)
class Placed:
    """A profile and where its keys are.

    Attributes:
        title: What a person calls it.
    """

    name: str
    title: str
    place: KeyPlace


class KeyMover:
    """Everything blocks, and may wait for a person who is asked for the keyring's password.

    Args:
        library: Whose profiles.
        vault: The user's keyring if None.
        new_id: Makes UUIDs.
    """

    def __init__(
        self,
        library: Library,
        vault: Vault | None = None,
        new_id: Callable[[], str] = lambda: str(uuid4()),
    ) -> None:
        self._library, self._vault, self._new_id = library, vault or Vault(), new_id

    def check(self) -> None:
        """Raises VaultError where the keyring does not work."""
        self._vault.check()

    def places(self) -> tuple[Placed, ...]:
        """Of all profiles that can be read."""
        found = []
        for file in self._library.store.list():
            with suppress(WgdeskError):
                found.append(Placed(file.name, self._library.title(file), key_place(file.read())))
        return tuple(found)

    def into_keyring(self, name: str) -> int:
        """The keys of a profile, and of its earlier versions; how many its file had.

        Raises:
            InvalidProfile: Nobody can tell what in it is a key.
            VaultError, SecretMissing, ProfileChanged, ProfileNotWritten, ...: It is as it was.
            KeysLeft: Only the earlier versions are.
        """
        file = self._library.file(name)
        content = file.read()
        read_profile(content)
        stored = _Stored(self._vault, self._library.title(file), self._new_id)
        stored.adopt(references(content))
        try:
            bare, secrets = stored.without_secrets(content)
            _require_small(file, bare)
            if bare != content:
                replace_content(file, content, bare)
        except BaseException:
            stored.undo(file)
            raise
        self._rewrite_history(name, lambda version: stored.without_secrets(version)[0])
        return len(secrets)

    def into_file(self, name: str) -> int:
        """All back into the profile and its earlier versions; how many the file got.

        An item goes from the keyring only where no profile, no deleted one and no earlier version
        names it any more.

        Raises:
            As `into_keyring`.
        """
        file = self._library.file(name)
        content = file.read()
        named = list(references(content))
        count = len(named)
        whole = complete(content, self._vault)
        if whole != content:
            replace_content(file, content, whole)

        def completed(version: bytes) -> bytes:
            try:
                found = complete(version, self._vault)
            except SecretMissing:  # an old key that somebody has taken out of the keyring
                return version
            named.extend(references(version))
            return found

        self._rewrite_history(name, completed)
        self._forget_unnamed(named)
        return count

    def _rewrite_history(self, name: str, change: Callable[[bytes], bytes]) -> None:
        try:
            self._library.rewrite_history(name, change)
        except (HistoryUnavailable, VaultError) as error:
            raise KeysLeft(printable(name), str(error)) from error

    def _forget_unnamed(self, named: Iterable[Reference]) -> None:
        """A key that stays in the keyring does no harm; one that is needed and gone does."""
        with suppress(WgdeskError, OSError):
            left = {it.id: it for it in named}
            for text in self._library.texts():
                lowered = text.lower()
                left = {key: it for key, it in left.items() if key.encode() not in lowered}
            for reference in left.values():
                self._vault.delete(reference)


class _Stored:
    """Keys of one profile that are in the keyring; the same key has one item."""

    def __init__(self, vault: Vault, title: str, new_id: Callable[[], str]) -> None:
        self._vault, self._title, self._new_id = vault, title, new_id
        self._ids: dict[str, str] = {}
        self._added: list[Reference] = []

    def adopt(self, named: Iterable[Reference]) -> None:
        for reference in named:
            with suppress(SecretMissing):
                self._ids[self._vault.read(reference)] = reference.id

    def without_secrets(self, content: bytes) -> tuple[bytes, tuple[Secret, ...]]:
        """As in domain, once all of them are in the keyring."""
        known = dict(self._ids)
        bare, secrets = without_secrets(content, lambda it: known.setdefault(it, self._new_id()))
        for secret in secrets:
            if secret.value not in self._ids:
                self._added.append(secret.reference)
                self._vault.store(secret, self._title)
                self._ids[secret.value] = secret.reference.id
        return bare, secrets

    def undo(self, file: ProfileFile) -> None:
        """Take out what was added, but for what the file names already."""
        with suppress(WgdeskError):
            content = file.read()
            for reference in self._added:
                if reference.id.encode() not in content:
                    self._vault.delete(reference)


def _require_small(file: ProfileFile, bare: bytes) -> None:
    """A note is longer than the key that it stands for."""
    if len(bare) > MAX_PROFILE_BYTES:
        why = "with notes in the place of its keys it would be larger than 1 MiB"
        raise ProfileNotWritten(printable(str(file.path), 200), why)
