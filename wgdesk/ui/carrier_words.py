"""What is said where NetworkManager carries the tunnels in the helper's place. No Qt."""

from wgdesk.client.distribution import os_release
from wgdesk.domain.helper_package import install_words
from wgdesk.domain.networkmanager_limits import LIMITS
from wgdesk.ui.language import tr, tr_told
from wgdesk.ui.troubles import Words


def carrier_words() -> Words:
    return Words(
        tr("NetworkManager carries the tunnels"),
        tr("The helper of wgdesk is not installed, so some things cannot be done."),
        tr_told(install_words(os_release())),
    )


def limit_texts() -> tuple[str, ...]:
    """Every missing ability, in sentences."""
    return tuple(tr_told(text) for text in LIMITS)
