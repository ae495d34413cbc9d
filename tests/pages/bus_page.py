"""The part of docs/bus.md that is made from what the helper itself says of its interface."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

from wgdesk.domain import boot_copy, conf, conf_interface, conf_peer, errors
from wgdesk.helper import (
    approvals,
    ascent,
    authority,
    intake,
    lifetime,
    logbook,
    open_calls,
    prompts,
    quotas,
    subscribers,
    wireguard_folder,
)
from wgdesk.helper.boot import Boot
from wgdesk.helper.introspection import PROPERTIES, SIGNALS
from wgdesk.helper.methods import build_table
from wgdesk.helper.service import Service
from wgdesk.helper.table import Argument, Method, Table
from wgdesk.wire.names import INTERFACE, MAX_BODY_BYTES, MAX_NAMES_CHARS

REPO: Final = Path(__file__).resolve().parents[2]
PATH: Final = REPO / "docs" / "bus.md"
POLICY: Final = REPO / "resources" / "polkit" / "org.wgdesk.policy"
BEGIN: Final = "<!-- made by `python -m tests.pages`: begin -->"
END: Final = "<!-- made by `python -m tests.pages`: end -->"
ACTION_PREFIX: Final = "org.wgdesk."
ROOT_ROOMS: Final = ("helper", "engine", "domain")
DEFAULTS: Final = ("allow_active", "allow_inactive", "allow_any")

# What one may ask for: in words, and the number that the program goes by.
LIMITS: Final = (
    ("of a user, calls in a second", quotas.CALLS_PER_S),
    ("of a user, calls at once before that counts", quotas.CALL_BURST),
    ("of a user, changes and costly calls at once", quotas.CHANGES_AT_ONCE),
    ("of a user, open calls", quotas.CALLS_AT_ONCE),
    ("of a user, password dialogs", quotas.PROMPTS_PER_USER),
    ("of all users, password dialogs", quotas.PROMPTS),
    ("seconds that a password dialog is waited for", authority.DEADLINE_S),
    ("dialogs that a user closes until none opens for a while", quotas.DISMISSALS),
    ("seconds of that while", quotas.DISMISSAL_MEMORY_S),
    ("of a user, tunnels", ascent.TUNNELS_PER_USER),
    ("of all users, tunnels", ascent.TUNNELS),
    ("of a user, tunnels that connect at boot", boot_copy.COPIES_PER_USER),
    ("of all users, tunnels that connect at boot", boot_copy.COPIES),
    ("of a user, programs that hear signals", subscribers.PER_USER),
    ("of all users, programs that hear signals", subscribers.IN_ALL),
    ("of a user, approvals that are kept", approvals.MAX_PER_USER),
    ("of a user, bytes of approvals that are kept", approvals.MAX_USER_BYTES),
    ("of a user, lines of log that are kept", logbook.LINES_PER_USER),
    ("of a user, bytes of log that are kept", logbook.BYTES_PER_USER),
    ("users whose lines are kept", logbook.USERS),
    ("lines in one answer of `GetLog`", logbook.LINES_PER_PAGE),
    ("characters of a line", logbook.LINE_CHARS),
    ("of a connection, open calls", open_calls.OF_SENDER),
    ("of a connection that has no answer yet, open calls", open_calls.OF_STRANGER),
    ("of all connections, open calls", open_calls.IN_ALL),
    ("bytes of a message", MAX_BODY_BYTES),
    ("bytes of a profile", conf.MAX_PROFILE_BYTES),
    ("characters of a line of a profile", conf.MAX_LINE_CHARACTERS),
    ("peers of a profile", conf_peer.MAX_PEERS),
    ("allowed IPs of a peer", conf_peer.MAX_ALLOWED_IPS_OF_PEER),
    ("allowed IPs of a profile", conf_peer.MAX_ALLOWED_IPS),
    ("host names as endpoints of a profile", intake.MAX_HOST_NAMES),
    ("addresses of a profile", conf_interface.MAX_ADDRESSES),
    ("name servers of a profile", conf_interface.MAX_DNS_SERVERS),
    ("search domains of a profile", conf_interface.MAX_DNS_SEARCH),
    ("bytes of commands of a profile", conf_interface.MAX_HOOK_BYTES),
    ("characters of commands that a dialog approves", prompts.MAX_COMMANDS_CHARS),
    ("lines of commands that a dialog approves", prompts.MAX_COMMANDS_LINES),
    ("characters of the names in one `ReadSystemProfiles`", MAX_NAMES_CHARS),
    ("bytes of profiles in one answer of `ReadSystemProfiles`", wireguard_folder.MAX_ANSWER_BYTES),
    ("seconds without a tunnel, call and subscriber until it ends", lifetime.IDLE_S),
)


def table() -> Table:
    """Every method; none of them can be called."""
    boot = Boot(None, None, None, None, None, None)
    return build_table(Service(None, None, None, None), boot)


def updated(page: str) -> str:
    """The page with its made part as the program is now."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{PATH.name} has no place for what is made")
    return f"{before}{BEGIN}\n{made()}{END}{after}"


def made() -> str:
    parts = (
        ("Methods", method_rows()),
        ("Properties and signals", told_rows()),
        ("polkit actions", action_rows()),
        ("Errors", error_rows()),
        ("Limits", limit_rows()),
    )
    return "\n".join(f"## {title}\n\n" + "\n".join(rows) + "\n" for title, rows in parts)


def method_rows() -> list[str]:
    """The helper's own first; the others are what every service on a bus has."""
    methods = sorted(table().methods, key=lambda it: it.interface != INTERFACE)
    titles = ("Method", "in", "out", "asks polkit for", "counts as")
    return _rows(titles, map(_method_row, methods))


def _method_row(method: Method) -> Sequence[str]:
    where = "" if method.interface == INTERFACE else f"{method.interface}."
    actions = ", ".join(f"`{it.removeprefix(ACTION_PREFIX)}`" for it in sorted(method.actions))
    is_change = bool(method.actions) or method.is_free
    counts = "a change" if is_change else "a costly call" if method.is_costly else "a call"
    given = _words(method.gives)
    return (f"`{where}{method.member}`", _words(method.takes), given, actions or "nobody", counts)


def told_rows() -> list[str]:
    told = [("property", it.name, (it,)) for it in PROPERTIES]
    told += [("signal", name, arguments) for name, arguments in SIGNALS]
    return _rows(("", "Name", "carries"), [(kind, f"`{it}`", _words(of)) for kind, it, of in told])


def action_rows() -> list[str]:
    """As the file that is installed has them."""
    rows = []
    for action in ET.fromstring(POLICY.read_bytes()).iter("action"):  # noqa: S314  # ours
        name = action.attrib["id"].removeprefix(ACTION_PREFIX)
        defaults = [str(action.findtext(f"defaults/{word}")) for word in DEFAULTS]
        rows.append((f"`{name}`", *defaults, str(action.findtext("message"))))
    titles = ("org.wgdesk.…", "at the screen", "in an inactive session", "elsewhere", "the dialog")
    return _rows(titles, rows)


def error_rows() -> list[str]:
    """Those that the root side may raise, in the words of the list above their classes."""
    listed = re.findall(r"(?m)^ +([A-Z]\w+) +(\S.*)$", str(errors.__doc__))
    known = roots_errors()
    told = [(f"`{name}`", why) for name, why in listed if name in known]
    return _rows(("org.wgdesk.Error.…", "it says that"), told)


def roots_errors() -> set[str]:
    """All that its rooms, or the rules that they go by, know by name."""
    paths = [path for room in ROOT_ROOMS for path in (REPO / "wgdesk" / room).rglob("*.py")]
    words: set[str] = set()
    for path in paths:
        if path.name != "errors.py":  # it knows them all
            words.update(re.findall(r"\w+", path.read_text(encoding="utf-8")))
    classes = (it for it in vars(errors).values() if isinstance(it, type))
    ours = [it for it in classes if issubclass(it, errors.WgdeskError) and "code" in vars(it)]
    users = (errors.ClientError, errors.SandboxFailed)
    told = [it for it in ours if it is not errors.WgdeskError and not issubclass(it, users)]
    return {it.__name__ for it in told if it.__name__ in words or it.__subclasses__()}


def limit_rows() -> list[str]:
    return _rows(("What", "at most"), [(words, f"{number:,.0f}") for words, number in LIMITS])


def _words(arguments: Iterable[Argument]) -> str:
    return ", ".join(f"`{it.signature}` {it.name}" for it in arguments)


def _rows(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = [titles, ["---"] * len(titles), *rows]
    return [f"| {' | '.join(cells)} |" for cells in lines]
