"""The desktop's keyring as org.freedesktop.secrets has it: GNOME's, KeePassXC's, KDE's newer one."""

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any, Final

import secretstorage
from secretstorage.exceptions import (
    ItemNotFoundException,
    LockedException,
    PromptDismissedException,
    SecretServiceNotAvailableException,
)

from wgdesk.domain.profile_errors import VaultAbsent, VaultLocked

_APP: Final = {"app": "wgdesk"}
_NO_SERVICE: Final = "no keyring answers on this desktop"
_NO_COLLECTION: Final = "the keyring has no place for passwords yet"


class SecretServiceSafe:
    """Implements secrets.Safe. Every call has a connection of its own.

    Args:
        may_unlock: Whether a person sits there who can be asked for a password.
    """

    def __init__(self, *, may_unlock: bool) -> None:
        self._may_unlock = may_unlock

    def write(self, secret_id: str, label: str, facts: Mapping[str, str], value: str) -> None:
        with _connected() as connection:
            collection = self._collection(connection)
            self._open(collection)
            attributes = {**facts, **_APP, "uuid": secret_id}
            collection.create_item(label, attributes, value.encode(), replace=True)

    def read(self, secret_id: str) -> str | None:
        with _connected() as connection:
            for item in _found(connection, secret_id):
                self._open(item)
                return str(item.get_secret().decode("ascii", "replace"))
        return None

    def delete(self, secret_id: str) -> None:
        with _connected() as connection:
            for item in _found(connection, secret_id):
                self._open(item)
                item.delete()

    def _collection(self, connection: Any) -> secretstorage.Collection:
        if self._may_unlock:
            return secretstorage.get_default_collection(connection)
        try:
            return secretstorage.Collection(connection)
        except ItemNotFoundException:
            raise VaultAbsent(_NO_COLLECTION) from None

    def _open(self, what: "secretstorage.Collection | secretstorage.Item") -> None:
        if what.is_locked():
            if self._may_unlock:
                what.unlock()  # the desktop asks; nothing tells whether somebody said no
            if what.is_locked():
                raise VaultLocked


def _found(connection: Any, secret_id: str) -> Iterator[secretstorage.Item]:
    """In whatever collection it lies by now."""
    return secretstorage.search_items(connection, {**_APP, "uuid": secret_id})


@contextmanager
def _connected() -> Iterator[Any]:
    try:
        with closing(secretstorage.dbus_init()) as connection:
            yield connection
    except (LockedException, PromptDismissedException):
        raise VaultLocked from None
    except (SecretServiceNotAvailableException, OSError, KeyError):
        raise VaultAbsent(_NO_SERVICE) from None
