"""What the window says of connecting at boot. No Qt."""

import time
from dataclasses import dataclass

from wgdesk.domain.boot_copy import BootCopy
from wgdesk.domain.options import HookMode
from wgdesk.ui.language import tr, tr_count
from wgdesk.ui.picture import TunnelRow


@dataclass(frozen=True, slots=True)
class BootView:
    """One profile's switch.

    Attributes:
        hint: What it means, or what is to be known about it.
        why_closed: Why it cannot be turned; "" where it can.
        can_update: The profile is another one than what was approved.
        can_forget: It is off, and root still keeps what was approved.
    """

    is_on: bool = False
    hint: str = ""
    why_closed: str = ""
    can_update: bool = False
    can_forget: bool = False


def boot_view(row: TunnelRow, copy: BootCopy | None, *, is_edited: bool = False) -> BootView:
    """Of a profile that is in order; `copy` is what is approved for its name.

    `is_edited` says that the profile is another one by now.
    """
    if copy is None:
        return BootView(hint=_offer(row), why_closed=_objection(row))
    when = time.strftime("%Y-%m-%d", time.localtime(copy.when_unix_s))
    if not copy.is_enabled:
        text = tr(
            "{unit} was disabled, so it is not connected. Root still keeps what was approved."
        )
        return BootView(hint=text.format(unit=copy.unit), can_forget=True)
    if is_edited:
        text = tr("The profile was edited since. What was approved on {date} is what connects.")
        return BootView(is_on=True, hint=text.format(date=when), can_update=not _objection(row))
    text = tr("Approved on {date}. Root keeps a copy of its own, with the private key.")
    hint = " ".join(filter(None, (text.format(date=when), _commands(copy))))
    return BootView(is_on=True, hint=hint)


def not_on_title(name: str) -> str:
    """Of what is said where an order to connect it at boot was not carried out."""
    return tr("{name} will not be connected when this machine starts").format(name=name)


def orphan_words(copy: BootCopy) -> tuple[str, str]:
    """Title and sentence about one whose profile is gone."""
    title = tr("{name} is still connected when this machine starts").format(name=copy.name)
    return title, tr("You have no profile of that name any more; root keeps the approved copy.")


def _offer(row: TunnelRow) -> str:
    text = tr(
        "An administrator agrees to it once. Root then keeps a copy of its own, with the private key."
    )
    count = len(row.profile.interface.hooks) if row.profile is not None else 0
    if not count or row.hooks is HookMode.ROOT:
        return text
    left_out = tr_count(
        "Its {count} command is not run then.", "Its {count} commands are not run then.", count
    )
    return f"{text} {left_out}"


def _commands(copy: BootCopy) -> str:
    if not copy.commands:
        return ""
    if copy.options.hooks is HookMode.ROOT:
        return tr_count(
            "Its {count} command runs as root then.",
            "Its {count} commands run as root then.",
            copy.commands,
        )
    return tr_count(
        "Its {count} command is not run then.",
        "Its {count} commands are not run then.",
        copy.commands,
    )


def _objection(row: TunnelRow) -> str:
    if row.has_keys_elsewhere:
        return tr("Its keys lie in your keyring, which is locked until you log in.")
    if row.profile is not None and row.profile.interface.private_key is None:
        return tr("Its file has no private key, and at boot nobody could be asked for it.")
    return ""
