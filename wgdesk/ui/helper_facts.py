"""What the helper says of itself, in pairs of label and value. No Qt."""

from wgdesk import __version__
from wgdesk.ui.facts import Fact
from wgdesk.ui.language import tr
from wgdesk.ui.picture import HelperState, Picture
from wgdesk.ui.wording import as_sentence, engine_name
from wgdesk.wire.names import API_VERSION


def helper_facts(picture: Picture) -> tuple[Fact, ...]:
    """What it was once is no news of one that does not answer now."""
    state = Fact(tr("State"), _state_text(picture))
    if picture.helper is not HelperState.HERE:
        return (state,)
    if picture.is_without_helper:
        return (state, Fact(tr("NetworkManager"), picture.helper_version))
    facts = (
        state,
        Fact(tr("Version"), _version_text(picture.helper_version)),
        Fact(tr("API"), _api_text(picture.helper_api)),
        Fact(tr("Engine"), engine_name(picture.engine)),
        Fact(tr("Why this engine"), as_sentence(picture.engine_reason)),
    )
    return tuple(fact for fact in facts if fact.value)


def _state_text(picture: Picture) -> str:
    match picture.helper:
        case HelperState.ASKING:
            return tr("Asking the helper…")
        case HelperState.GONE:
            why = as_sentence(str(picture.helper_error)) if picture.helper_error else ""
            return why or tr("The helper does not answer; asking again.")
        case HelperState.HERE if picture.is_without_helper:
            return tr("Not installed: NetworkManager carries the tunnels.")
        case HelperState.HERE:
            return tr("Ready")


def _version_text(version: str) -> str:
    """Empty while it is not known."""
    if version in {"", __version__}:
        return version
    return tr("{theirs}; this window has {own}").format(theirs=version, own=__version__)


def _api_text(api: int) -> str:
    """Empty while it is not known."""
    if api in {0, API_VERSION}:
        return str(api or "")
    return tr("{theirs}; this window was made for {own}").format(theirs=api, own=API_VERSION)
