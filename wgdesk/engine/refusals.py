"""Why a tunnel does not come up, as the error that its caller sees."""

from typing import NoReturn

from wgdesk.domain.errors import AlreadyUp, Busy, EngineFailed, UpOtherwise
from wgdesk.domain.profile import Profile
from wgdesk.engine.tunnel import Tunnel


def refuse_second(there: Tunnel, wanted: Tunnel) -> NoReturn:
    has_other_keys = there.has_keys and _keys(there.profile) != _keys(wanted.profile)
    if has_other_keys or there.public_digest != wanted.public_digest:
        raise UpOtherwise(f"“{there.name}” is up already, as another text of its profile says")
    if there.options != wanted.options:  # of which a sync of the same file changes nothing
        raise AlreadyUp(f"“{there.name}” is up already, with other options; take it down first")
    raise AlreadyUp(f"“{there.name}” is up already")


def _keys(profile: Profile) -> object:
    private_key = profile.interface.private_key
    preshared_keys = {peer.public_key: peer.preshared_key for peer in profile.peers}
    return private_key and private_key.clamped(), preshared_keys


def raise_reason(tunnel: Tunnel) -> NoReturn:
    if tunnel.error is not None:
        raise tunnel.error
    if tunnel.cause:
        raise EngineFailed(tunnel.cause)
    raise Busy(f"“{tunnel.name}” was taken down again before it was up")
