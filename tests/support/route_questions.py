"""What `ip route get` says, for many packets at once, beside what `decide` says."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address

from tests.labs import programs
from wgdesk.domain.machine_routing import MachineRouting
from wgdesk.domain.profile import Address
from wgdesk.domain.where import Decision, decide

_FAILED = re.compile(r"^Command failed -:(\d+)$", re.MULTILINE)


@dataclass(frozen=True)
class Question:
    to: Address
    mark: int = 0
    source: Address | None = None

    def words(self) -> str:
        to, _, link = str(self.to).partition("%")
        more = f" from {self.source}" if self.source else ""
        more += f" oif {link}" if link else ""
        return f"route get {to}{more}{f' mark {self.mark}' if self.mark else ''}"


@dataclass(frozen=True)
class Told:
    """`link` is "" where the kernel refuses."""

    link: str
    source: Address | None = None
    gateway: Address | None = None


def ask_kernel(host, questions: Sequence[Question]) -> list[Told]:
    """In the order of the questions; one family only."""
    family = f"-{questions[0].to.version}"
    done = programs.run(
        ["ip", "-n", host.name, family, "-json", "-details", "-force", "-batch", "-"],
        input_text="".join(f"{it.words()}\n" for it in questions),
        check=False,
    )
    refused = {int(number) for number in _FAILED.findall(done.stderr)}
    answers = iter([json.loads(line)[0] for line in done.stdout.splitlines() if line.strip("[]")])
    told = [
        Told("") if number in refused else _told(next(answers), question.source)
        for number, question in enumerate(questions, 1)
    ]
    assert next(answers, None) is None, "an answer is left over"
    return told


def differences(
    routing: MachineRouting, questions: Sequence[Question], told: Sequence[Told]
) -> list[str]:
    """Where `decide` says otherwise; a source that it does not tell is no difference."""
    pairs = (
        (it, answer, _decided(routing, it)) for it, answer in zip(questions, told, strict=True)
    )
    return [
        f"{question.words()}: the kernel {answer}, here {found}"
        for question, answer, found in pairs
        if not _agree(found, answer)
    ]


def _decided(routing: MachineRouting, question: Question) -> Decision:
    return decide(routing, question.to, mark=question.mark, source=question.source)


def _agree(found: Decision, told: Told) -> bool:
    if found.refusal or not told.link:
        return bool(found.refusal) and not told.link and not found.link
    if found.alternatives:
        ways = (found.route, *found.alternatives)
        return (told.link, told.gateway) in [(it.link, it.gateway) for it in ways]
    is_source = found.source is None or found.source == told.source
    return is_source and (found.link, found.gateway) == (told.link, told.gateway)


def _told(answer: dict, source: Address | None) -> Told:
    """With IPv6 `ip` names the source that would be chosen even where one is given."""
    gateway = answer.get("gateway") or answer.get("via", {}).get("host")
    chosen = answer.get("prefsrc")
    return Told(
        answer["dev"],
        source or (ip_address(chosen) if chosen else None),
        ip_address(gateway) if gateway else None,
    )
