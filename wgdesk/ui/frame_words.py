"""What the window's own menu asks and tells. No Qt."""

from collections.abc import Sequence

from wgdesk import __version__
from wgdesk.ui.language import tr
from wgdesk.ui.picture import HelperState, Picture
from wgdesk.ui.troubles import Words
from wgdesk.ui.wording import SEPARATOR, engine_name


def restore_question() -> Words:
    return Words(
        tr("Restore plain internet?"),
        tr(
            "Everything that wgdesk has put into this machine's network is taken away: all its"
            " tunnels, also those of other users, their routes, rules, name servers and firewall."
            " Your files stay as they are. An administrator's password may be asked for."
        ),
    )


def restoring() -> Words:
    return Words(tr("Restoring plain internet…"), "")


def restored(report: Sequence[str]) -> Words:
    """What was done, as the service tells it."""
    if not report:
        return Words(tr("Plain internet is restored"), tr("There was nothing left to take away."))
    return Words(tr("Plain internet is restored"), "\n".join(report))


def about(picture: Picture) -> Words:
    """The versions of both sides, which should be the same."""
    parts = [tr("Window {version}").format(version=__version__)]
    if picture.is_without_helper:
        parts.append(f"NetworkManager {picture.helper_version}")
        parts.append(engine_name(picture.engine))
    elif picture.helper is HelperState.HERE and picture.helper_version:
        parts.append(tr("Helper {version}").format(version=picture.helper_version))
        parts.append(engine_name(picture.engine))
    else:
        parts.append(tr("Helper not reachable"))
    return Words(
        tr("wgdesk: WireGuard tunnels on your desktop"), SEPARATOR.join(filter(None, parts))
    )
