"""The answers to “Where does X go?”, in sentences. No Qt."""

from dataclasses import dataclass

from wgdesk.domain.machine_routing import RouteKind
from wgdesk.domain.profile import Address
from wgdesk.domain.route_entries import Entry, Place
from wgdesk.domain.where import Decision
from wgdesk.ui.language import tr
from wgdesk.ui.marks import Face, Mark, Tone
from wgdesk.ui.route_words import Names, is_for_local_network, table_text
from wgdesk.ui.wording import as_sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Where one address goes.

    Attributes:
        name: Of the tunnel's interface, where it is one.
        title: What that tunnel is called.
        entry: The line below that tells of it; None where none does.
        is_pushed: The network wanted it to go past the tunnel, which is ignored.
    """

    address: Address
    decision: Decision
    place: Place
    name: str = ""
    title: str = ""
    entry: Entry | None = None
    is_pushed: bool = False


@dataclass(frozen=True, slots=True)
class AnswerLine:
    face: Face
    text: str


def answer_lines(answers: tuple[Answer, ...], names: Names) -> tuple[AnswerLine, ...]:
    """One each; several begin with their address."""
    is_alone = len(answers) == 1
    return tuple(AnswerLine(_face(it), _text(it, names, is_alone=is_alone)) for it in answers)


def _face(answer: Answer) -> Face:
    match answer.place:
        case Place.TUNNEL:
            return Face(Mark.CONNECTED, Tone.GOOD, tr("Through a tunnel"))
        case Place.BLOCKED:
            return Face(Mark.FAILED, Tone.BAD, tr("Nowhere"))
        case _:
            return Face(Mark.OFF, Tone.QUIET, tr("Outside the tunnel"))


def _text(answer: Answer, names: Names, *, is_alone: bool) -> str:
    pushed = tr("The network wanted it to go past the tunnel; that is ignored.")
    parts = (
        _way_text(answer),
        _decider_text(answer, names),
        pushed if answer.is_pushed else "",
        _doubt_text(answer),
    )
    text = " ".join(part for part in parts if part)
    if is_alone:
        return text
    return tr("{address}: {answer}").format(address=answer.address, answer=text)


def _way_text(answer: Answer) -> str:
    found = answer.decision
    if answer.place is Place.BLOCKED:
        return _refusal_text(found)
    if found.route is not None and found.route.kind in {RouteKind.LOCAL, RouteKind.ANYCAST}:
        return tr("Stays on this machine: it is one of its own addresses.")
    texts = {
        Place.TUNNEL: tr("Goes through {name}"),
        Place.FOREIGN: tr("Goes through {name}, another program's tunnel"),
        Place.LOCAL: tr("Stays local: link {link}"),
    }
    by_router = tr("Goes in no tunnel: link {link}, router {gateway}")
    text = texts.get(answer.place) or (
        by_router if found.gateway else tr("Goes in no tunnel: link {link}")
    )
    way = text.format(name=answer.title or answer.name, link=found.link, gateway=found.gateway)
    if found.source is None:
        return as_sentence(way)
    return as_sentence(tr("{way}, from {source}").format(way=way, source=found.source))


def _refusal_text(found: Decision) -> str:
    if found.rule is None:
        return tr("Goes nowhere: this machine has no route to it.")
    if found.refusal is RouteKind.BLACKHOLE:
        return tr("Goes nowhere: it is dropped without a word.")
    return tr("Goes nowhere: it is blocked on this machine.")


def _decider_text(answer: Answer, names: Names) -> str:
    rule, route = answer.decision.rule, answer.decision.route
    if rule is None:
        return ""
    if is_for_local_network(rule):
        return tr("Decided by rule {priority}, “local network stays reachable”.").format(
            priority=rule.priority
        )
    if route is None:
        return tr("Decided by rule {priority}.").format(priority=rule.priority)
    return tr("Decided by rule {priority} and the route to {network} in table {table}.").format(
        priority=rule.priority,
        network=route.destination,
        table=table_text(route.table, names),
    )


def _doubt_text(answer: Answer) -> str:
    rules = ", ".join(str(rule.priority) for rule in answer.decision.unjudged)
    if not rules:
        return ""
    return tr("Some programs' packets may go another way (rule {rules}).").format(rules=rules)
