"""The user's keyring, where a profile's keys lie for who wants that.

Only keyrings that keep secrets encrypted are used. They may ask a person for a password, and they
may never answer, so every call has a thread of its own and a limit.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol, TypeVar
from uuid import uuid4

from wgdesk.client.own_program import is_sandboxed
from wgdesk.client.patience import within
from wgdesk.domain.errors import WgdeskError
from wgdesk.domain.names import printable
from wgdesk.domain.profile_errors import (
    SecretMissing,
    VaultAbsent,
    VaultFailed,
    VaultLocked,
    VaultTimeout,
)
from wgdesk.domain.secret_lines import PRIVATE_KEY, Reference, Secret, is_key

T = TypeVar("T")

PATIENCE_S: Final = 30.0
SERVICE: Final = "wgdesk"
_SERVICE_BACKEND: Final = "keyring.backends.SecretService"
_ACCEPTED: Final = (_SERVICE_BACKEND, "keyring.backends.kwallet", "keyring.backends.libsecret")
_CHAINER: Final = "keyring.backends.chainer"
_PROBE: Final = "a test of the keyring"
_WORDS: Final = {True: "private key", False: "preshared key"}


class Safe(Protocol):
    """One keyring; raises VaultError, or what its library does."""

    def write(self, secret_id: str, label: str, facts: Mapping[str, str], value: str) -> None: ...

    def read(self, secret_id: str) -> str | None:
        """None where it has none of that id."""

    def delete(self, secret_id: str) -> None:
        """One that is not there is deleted already."""


class Vault:
    """All methods block, up to 30 seconds each, and raise VaultError: a call of its own for each.

    Args:
        may_unlock: False where no person has asked for anything just now: then a keyring that is
            locked stays so, and nobody is asked for a password.
        open_safe: Another keyring, for tests.
        patience_s: Another limit, for tests.
    """

    def __init__(
        self,
        *,
        may_unlock: bool = True,
        open_safe: Callable[[bool], Safe] | None = None,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._may_unlock, self._patience_s = may_unlock, patience_s
        self._open_safe = open_safe or _desktop_safe

    def check(self) -> None:
        """Write something, read it back and delete it; raises VaultError where that fails."""

        def try_it(safe: Safe) -> None:
            probe_id, value = str(uuid4()), uuid4().hex
            safe.write(probe_id, f"wgdesk: {_PROBE}", {}, value)
            found = safe.read(probe_id)
            safe.delete(probe_id)
            if found != value:
                raise VaultFailed("it does not give back what it was given")

        self._ask(try_it)

    def store(self, secret: Secret, title: str) -> None:
        """Put it there and read it back; `title` is what its profile is called."""
        reference = secret.reference
        words = _WORDS[reference.field == PRIVATE_KEY]
        label = f"wgdesk: {printable(title, 100)} {words}"
        facts = {"field": reference.field, "pubkey": secret.public_key}

        def put(safe: Safe) -> None:
            safe.write(reference.id, label, facts, secret.value)
            if safe.read(reference.id) != secret.value:
                raise VaultFailed("it does not give back what it was given")

        self._ask(put)

    def read(self, reference: Reference) -> str:
        """The key that it names; raises SecretMissing too, as where what is there is no key."""
        value = self._ask(lambda safe: safe.read(reference.id))
        if value is None or not is_key(value):
            raise SecretMissing(is_private=reference.field == PRIVATE_KEY)
        return value

    def delete(self, reference: Reference) -> None:
        self._ask(lambda safe: safe.delete(reference.id))

    def _ask(self, question: Callable[[Safe], T]) -> T:
        def work() -> T:
            return question(self._open_safe(self._may_unlock))

        try:
            return within(self._patience_s, work)
        except WgdeskError:
            raise
        except TimeoutError:
            raise VaultTimeout(self._patience_s) from None
        except Exception as error:  # noqa: BLE001  # of whatever library; its words may hold anything
            raise VaultFailed(f"it refused ({type(error).__name__})") from None


class KeyringSafe:
    """A keyring that the keyring library has a way to."""

    def __init__(self, backend: Any) -> None:
        self._backend = backend

    def write(self, secret_id: str, label: str, facts: Mapping[str, str], value: str) -> None:  # noqa: ARG002  # it has no place for those
        self._backend.set_password(SERVICE, secret_id, value)

    def read(self, secret_id: str) -> str | None:
        found: str | None = self._backend.get_password(SERVICE, secret_id)
        return found

    def delete(self, secret_id: str) -> None:
        if self.read(secret_id) is not None:
            self._backend.delete_password(SERVICE, secret_id)


def _desktop_safe(may_unlock: bool) -> Safe:  # noqa: FBT001  # a callable's only argument
    """The keyring of this desktop.

    Raises:
        VaultAbsent: There is none, or none that keeps secrets.
        VaultLocked: It cannot be told whether it would ask for a password now.
    """
    if is_sandboxed():
        from wgdesk.client.portal_safe import PortalSafe  # noqa: PLC0415  # it brings D-Bus

        return PortalSafe(may_unlock=may_unlock)
    import keyring  # noqa: PLC0415  # 0.06 s, and most profiles need none

    backend = accepted(keyring.get_keyring())
    if type(backend).__module__ == _SERVICE_BACKEND:
        from wgdesk.client.secret_service import SecretServiceSafe  # noqa: PLC0415  # as above

        return SecretServiceSafe(may_unlock=may_unlock)
    if not may_unlock:
        raise VaultLocked
    return KeyringSafe(backend)


def accepted(backend: Any) -> Any:
    """The same, or the first of a chain, if it keeps secrets encrypted; raises VaultAbsent."""
    if type(backend).__module__ == _CHAINER:
        backend = next(iter(backend.backends), backend)
    module = type(backend).__module__
    if module in _ACCEPTED:
        return backend
    if module == "keyring.backends.fail":
        raise VaultAbsent("no keyring answers on this desktop")
    raise VaultAbsent(
        f"{printable(module, 60)} is set as the keyring, which is not known to keep keys encrypted"
    )
