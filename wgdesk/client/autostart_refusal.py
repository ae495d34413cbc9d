"""Why a keeper of profiles did not change what it starts by itself, as an error of ours."""

from wgdesk.client.system_service import ServiceRefused
from wgdesk.domain.errors import NotAuthorized, WgdeskError
from wgdesk.domain.names import printable
from wgdesk.domain.profile_errors import AutostartKept


def autostart_kept(title: str, refused: ServiceRefused) -> WgdeskError:
    if refused.is_forbidden:
        return NotAuthorized(
            f"the autostart of “{printable(title)}” is as it was: nobody authorised the change"
        )
    if refused.is_absent:
        return AutostartKept(title, "who keeps it does not answer")
    return AutostartKept(title, printable(refused.text, 200) or "the change was refused")
