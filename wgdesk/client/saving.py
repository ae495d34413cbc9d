"""`SaveConfig = true`: what was changed by hand on a live tunnel goes into its file at a `down`."""

from dataclasses import dataclass, replace
from typing import Final

from wgdesk.client.history import Why
from wgdesk.client.library import Library
from wgdesk.client.profile_file import ProfileFile
from wgdesk.domain.conf import parse
from wgdesk.domain.errors import ProfileNotSaved
from wgdesk.domain.live_edits import LiveEdits, changes_in_words, find_edits, lost_keys
from wgdesk.domain.names import printable
from wgdesk.domain.profile import Profile
from wgdesk.domain.profile_errors import HistoryUnavailable, ProfileChanged, ProfileNotWritten
from wgdesk.domain.render import public_digest
from wgdesk.domain.rewrite import rewrite
from wgdesk.domain.secret_lines import with_stand_ins, without_secrets
from wgdesk.domain.snapshot import DeviceSnapshot, Lifecycle, TunnelSnapshot

EDITED: Final = "it was edited since the tunnel came up, and stays as it is"
CHANGED: Final = "another program changed it just now"
UNREAD: Final = "the tunnel could not be read before it went down"
UNEDITABLE: Final = "it cannot say what the tunnel had"


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of the file.

    Attributes:
        changed: What is different in it, in a few words each.
        warnings: Sentences about what could not be saved.
    """

    changed: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def save_live(
    file: ProfileFile, tunnel: TunnelSnapshot, library: Library | None = None
) -> Saved | None:
    """Write into the file what the tunnel had just before its `down`; None if it is not to.

    Raises:
        ProfileNotSaved: The file is as it was.
        NoSuchProfile, ProfileUnreadable: There is nothing to write to.
    """
    content = file.read()
    whole, ids = with_stand_ins(content)
    profile = _known(whole, content)
    if profile is None or not profile.interface.save_config:
        return None
    if tunnel.lifecycle is not Lifecycle.UP or tunnel.counters is not None:
        return None  # where NetworkManager carries it, what it has live is not known
    if tunnel.device == DeviceSnapshot():
        raise _refusal(file, UNREAD)
    if tunnel.profile_digest != public_digest(profile):
        raise _refusal(file, EDITED)
    edits = find_edits(profile, tunnel.device)
    warnings = tuple(lost_keys(profile, tunnel.device))
    if edits != LiveEdits():
        edited = _edited(file, whole, profile, tunnel.device)
        edited, _ = without_secrets(edited, ids.get)
        try:
            (library or Library()).save(file, content, edited, Why.SAVED_LIVE)
        except ProfileChanged as error:
            raise _refusal(file, CHANGED) from error
        except (ProfileNotWritten, HistoryUnavailable) as error:
            raise _refusal(file, error.why) from error
    return Saved(changes_in_words(edits), warnings)


def _known(whole: bytes, content: bytes) -> Profile | None:
    """What is known of the profile: that it has keys which lie in the keyring, not which."""
    profile, known = parse(whole).profile, parse(content).profile
    if profile is None or known is None:
        return None
    own = replace(profile.interface, private_key=known.interface.private_key)
    return replace(profile, interface=own)


def _edited(file: ProfileFile, content: bytes, profile: Profile, device: DeviceSnapshot) -> bytes:
    text = content.decode("utf-8", "surrogateescape")
    found = rewrite(text, profile, find_edits(profile, device)).encode("utf-8", "surrogateescape")
    again = parse(found).profile  # a limit may be passed, such as that of the file's size
    if again is None or find_edits(again, device) != LiveEdits():
        raise _refusal(file, UNEDITABLE)
    return found


def _refusal(file: ProfileFile, why: str) -> ProfileNotSaved:
    return ProfileNotSaved(printable(str(file.path), 200), why)
