"""The helper's methods as messages: what each takes and gives, and whether it may open a dialog."""

from typing import Final

from dbus_next.constants import MessageFlag
from dbus_next.message import Message

from wgdesk.wire.names import BUS_NAME, INTERFACE, OBJECT_PATH

# As docs/bus.md has them.
_SIGNATURES: Final = {
    "Hello": ("u", "ua{ss}"),
    "Check": ("saya{ss}", "s"),
    "Up": ("saya{ss}", "s"),
    "Sync": ("saya{ss}", "s"),
    "Down": ("s", ""),
    "List": ("", "s"),
    "GetStatus": ("s", "s"),
    "GetLog": ("t", "s"),
    "Subscribe": ("", ""),
    "GetRouting": ("", "s"),
    "WatchRouting": ("", ""),
    "ListApprovals": ("", "a(ssts)"),
    "Revoke": ("s", ""),
    "ApproveHooks": ("usay", ""),
    "ListSystemProfiles": ("", "as"),
    "ReadSystemProfiles": ("as", "a(says)"),
    "SetBoot": ("saya{ss}", ""),
    "ClearBoot": ("s", ""),
    "ListBoot": ("", "s"),
}
_MAY_PROMPT: Final = frozenset({"Up", "Sync", "Down", "ReadSystemProfiles", "SetBoot", "ClearBoot"})


def answer_signature(member: str) -> str:
    return _SIGNATURES[member][1]


def helper_call(member: str, *body: object, may_prompt: bool = False) -> Message:
    """A call of the helper; changes and readings allow a password dialog anyway."""
    is_interactive = may_prompt or member in _MAY_PROMPT
    flags = MessageFlag.ALLOW_INTERACTIVE_AUTHORIZATION if is_interactive else MessageFlag.NONE
    return Message(
        destination=BUS_NAME,
        path=OBJECT_PATH,
        interface=INTERFACE,
        member=member,
        signature=_SIGNATURES[member][0],
        body=list(body),
        flags=flags,
    )
