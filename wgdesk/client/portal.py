"""What a sandboxed program asks of the desktop: to be started at login.

org.freedesktop.portal.Background, version 1.
"""

from typing import Final

from dbus_next.signature import Variant

from wgdesk.client.own_program import HIDDEN_OPTION
from wgdesk.client.portal_request import PortalRefused, ask_portal
from wgdesk.domain.errors import LoginStartRefused

_BACKGROUND: Final = "org.freedesktop.portal.Background"


async def ask_for_login_start(*, on: bool, hidden: bool, reason: str = "") -> None:
    """Ask to be started at login, or not to be any more.

    The desktop may show `reason` to the person and ask first.

    Raises:
        LoginStartRefused: There is no portal, or it said no, or did something else.
    """
    options = {
        "reason": Variant("s", reason),
        "autostart": Variant("b", on),
        "commandline": Variant("as", ["wgdesk", HIDDEN_OPTION] if hidden else ["wgdesk"]),
        "dbus-activatable": Variant("b", False),  # noqa: FBT003  # a Variant has no names
    }
    try:
        results = await ask_portal(_BACKGROUND, "RequestBackground", options)
    except PortalRefused as error:
        raise LoginStartRefused(str(error)) from error
    answer = results.get("autostart")
    if (isinstance(answer, Variant) and answer.value is True) != on:
        raise LoginStartRefused("its own settings say otherwise")
