"""A profile with the keys that lie in the keyring, in memory only, for who is to use it."""

import asyncio
from typing import TYPE_CHECKING

from wgdesk.domain.profile_errors import VaultLocked
from wgdesk.domain.secret_lines import references, with_secrets

if TYPE_CHECKING:
    from wgdesk.client.secrets import Vault


async def completed(content: bytes, *, may_unlock: bool = True) -> bytes:
    """As `complete`, on a thread of its own where somebody has to be asked."""
    if not references(content):
        return content
    return await asyncio.to_thread(complete, content, may_unlock=may_unlock)


def complete(content: bytes, vault: "Vault | None" = None, *, may_unlock: bool = True) -> bytes:
    """The same where all keys are in it; nothing is asked then.

    Args:
        content: A profile as its file has it.
        vault: The user's if None.
        may_unlock: As `Vault` has it.

    Raises:
        SecretMissing, VaultError: Keys of it lie in the keyring, and cannot be had.
    """
    wanted = references(content)
    if not wanted:
        return content
    from wgdesk.client.secrets import Vault  # noqa: PLC0415  # few profiles need it

    vault = vault or Vault(may_unlock=may_unlock)
    try:
        values = {reference.id: vault.read(reference) for reference in wanted}
    except VaultLocked:
        raise VaultLocked(has_keys=True) from None
    return with_secrets(content, values)
