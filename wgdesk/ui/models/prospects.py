"""What may be imported: a row for each, under a name that can be changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Self

from wgdesk.domain.found_profile import FoundProfile
from wgdesk.domain.import_report import Candidate, Clash, Outcome
from wgdesk.domain.titles import clean_title
from wgdesk.ui.import_job import Label, Prospect, label_of
from wgdesk.ui.import_words import gist, prospect_face
from wgdesk.ui.language import tr
from wgdesk.ui.marks import Face, Mark, Tone
from wgdesk.ui.models.ticks import TickModel
from wgdesk.ui.wording import SEPARATOR

USUALLY_NOT: Final = frozenset({Outcome.FAILED, Outcome.KEPT, Outcome.SKIPPED})


@dataclass(frozen=True, slots=True)
class ProspectRow:
    """A prospect and what a person wants of it."""

    prospect: Prospect
    is_chosen: bool
    clash: Clash = Clash.KEEP_BOTH

    @property
    def name(self) -> str:
        title = clean_title(self.prospect.candidate.title)
        return title or self.prospect.line.name or tr("Without a name")

    @property
    def second_line(self) -> str:
        """`Can be imported · Sends all traffic to 203.0.113.9.`."""
        return SEPARATOR.join(filter(None, (self.face.word, gist(self.prospect.line))))

    @property
    def face(self) -> Face:
        return prospect_face(self.prospect.line, clashes=self.prospect.clashes)

    @property
    def can_be_chosen(self) -> bool:
        return self.prospect.line.outcome is not Outcome.FAILED

    def chosen(self, *, is_chosen: bool) -> Self:
        return replace(self, is_chosen=is_chosen)


class ProspectModel(TickModel[ProspectRow]):
    def show_prospects(self, prospects: Sequence[Prospect]) -> None:
        """Whatever can be imported and is not there yet is chosen."""
        self.show_rows([_row(each) for each in prospects])

    def chosen(self) -> tuple[Candidate, ...]:
        return tuple(row.prospect.candidate for row in self.chosen_rows())

    def count_wanted(self) -> int:
        """How many of them are not to be skipped after all."""
        return sum(
            not (row.prospect.clashes and row.clash is Clash.SKIP) for row in self.chosen_rows()
        )

    def clashes(self) -> Mapping[Label, Clash]:
        """What is to be done where a name is taken."""
        return {label_of(row.prospect.candidate): row.clash for row in self.rows}

    def rename(self, number: int, name: str) -> Candidate:
        """What is there under its new name; what would become of it is not known yet."""
        row = self.rows[number]
        candidate = replace(row.prospect.candidate, title=name)
        prospect = replace(row.prospect, candidate=candidate, clashes=False)
        self.set_row(number, replace(row, prospect=prospect))
        return candidate

    def set_prospect(self, number: int, prospect: Prospect) -> None:
        self.set_row(number, replace(_row(prospect), clash=self.rows[number].clash))

    def set_clash(self, number: int, clash: Clash) -> None:
        self.set_row(number, replace(self.rows[number], clash=clash))

    def set_all_clashes(self, clash: Clash) -> None:
        """For every name that is taken."""
        self.set_rows(
            (number, replace(row, clash=clash))
            for number, row in enumerate(self.rows)
            if row.prospect.clashes
        )


def _row(prospect: Prospect) -> ProspectRow:
    return ProspectRow(prospect, prospect.line.outcome not in USUALLY_NOT)


@dataclass(frozen=True, slots=True)
class FoundRow:
    """A profile that another program of this machine keeps."""

    found: FoundProfile
    is_chosen: bool = False

    @property
    def name(self) -> str:
        return self.found.title or self.found.name

    @property
    def second_line(self) -> str:
        """`/etc/wireguard/home.conf · starts by itself`."""
        parts = [self.found.source]
        if self.found.is_up:
            parts.append(tr("is up now"))
        if self.found.starts_by_itself:
            parts.append(tr("starts by itself"))
        if self.found.needs_authorisation:
            parts.append(tr("an administrator is asked"))
        return SEPARATOR.join(parts)

    @property
    def face(self) -> Face:
        if self.found.is_up:
            return Face(Mark.READY, Tone.GOOD, tr("Is up now"))
        return Face(Mark.OFF, Tone.QUIET, tr("Off"))

    @property
    def can_be_chosen(self) -> bool:
        return True

    def chosen(self, *, is_chosen: bool) -> Self:
        return replace(self, is_chosen=is_chosen)


FoundModel = TickModel[FoundRow]
