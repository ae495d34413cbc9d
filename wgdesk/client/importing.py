"""Profiles from elsewhere become profiles of one's own; nothing is ever activated by it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import count
from typing import Final

from wgdesk.client.history import Why
from wgdesk.client.known_profiles import KnownProfiles
from wgdesk.client.library import Library
from wgdesk.client.preferences import NO_CHOICES
from wgdesk.client.profile_file import ProfileFile
from wgdesk.domain.errors import PreferencesUnwritable, WgdeskError
from wgdesk.domain.import_report import Candidate, Clash, ImportLine, Outcome, as_sentence
from wgdesk.domain.judging import Judged, failed, judge
from wgdesk.domain.names import PROFILE_SUFFIX
from wgdesk.domain.options import HookMode
from wgdesk.domain.profile import Profile
from wgdesk.domain.titles import MAX_TITLE, clean_title, file_name_for

OnClash = Callable[[Candidate, ProfileFile], Clash]
Progress = Callable[[int, int], bool]

UNTITLED: Final = "tunnel"
CANCELLED: Final = "The import was cancelled."


class Importer:
    """Blocking; whoever has a window calls it in a thread."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def run(
        self, candidates: Sequence[Candidate], on_clash: OnClash, progress: Progress
    ) -> tuple[ImportLine, ...]:
        """Write what can be written, and tell of each candidate what became of it, in order.

        `on_clash` is asked where another profile has the title already. `progress` is told how
        many of how many are done; False cancels: what was written stays, the rest is skipped.
        Candidates that have a title in common are all kept.

        Raises:
            WgdeskError: The profiles that there are cannot be listed.
        """
        lines: tuple[ImportLine, ...] = ()
        try:
            with self._library.together():
                lines = _Import(self._library, on_clash, is_dry=False).all(candidates, progress)
        except PreferencesUnwritable as error:  # the profiles are there, less what they are called
            lines = tuple(_untitled(line, error) for line in lines)
        return lines

    def preview(
        self,
        candidates: Sequence[Candidate],
        on_clash: OnClash,
        progress: Progress = lambda *_: True,
    ) -> tuple[ImportLine, ...]:
        """What `run` would tell; nothing is written."""
        return _Import(self._library, on_clash, is_dry=True).all(candidates, progress)


class _Import:
    def __init__(self, library: Library, on_clash: OnClash, *, is_dry: bool) -> None:
        self._library, self._on_clash, self._is_dry = library, on_clash, is_dry
        files, choices = library.store.list(), library.preferences.all()
        self._titles_of = {
            file.name: choices.get(file.name, NO_CHOICES).title or file.title or file.name
            for file in files
        }
        self._known = KnownProfiles(files)
        # A name is as good as a title to whoever looks for a profile, and case is no difference.
        self._there = {file.name.casefold(): file for file in files}
        self._there |= {self._titles_of[file.name].casefold(): file for file in files}
        self._titles = set(self._there)
        self._names = {name for file in files for name in (file.name, file.path.stem)}

    def all(self, candidates: Sequence[Candidate], progress: Progress) -> tuple[ImportLine, ...]:
        lines: list[ImportLine] = []
        for candidate in candidates:
            if not progress(len(lines), len(candidates)):
                return (*lines, *map(_cancelled, candidates[len(lines) :]))
            lines.append(self._one(candidate))
        progress(len(lines), len(lines))
        return tuple(lines)

    def _one(self, candidate: Candidate) -> ImportLine:
        judged = judge(candidate)
        if isinstance(judged, ImportLine):
            return judged
        try:
            return self._place(judged)
        except WgdeskError as error:
            return failed(candidate, as_sentence(str(error)), error.remedy)

    def _place(self, judged: Judged) -> ImportLine:
        given = clean_title(judged.candidate.title)
        title = given or _title_for(judged.profile)
        same = self._known.find(judged.content, judged.profile)
        if same is not None:
            known_as = self._titles_of[same.name]
            why = "It is there already." if known_as == title else _there_as(known_as)
            return judged.line(Outcome.KEPT, title, same.name, why)
        there = self._there.get(title.casefold())
        if there is None or not given:
            return self._create(judged, title)
        match self._on_clash(judged.candidate, there):
            case Clash.SKIP:
                why = "Another profile has that name, and was left as it is."
                return judged.line(Outcome.SKIPPED, title, why=why)
            case Clash.REPLACE:
                return self._replace(judged, there)
            case Clash.KEEP_BOTH:
                return self._create(judged, title)

    def _create(self, judged: Judged, title: str) -> ImportLine:
        free = next(each for each in _variants(title) if each.casefold() not in self._titles)
        if self._is_dry:
            name = file_name_for(free, self._names)
            file = ProfileFile(name, self._library.store.folder / f"{name}{PROFILE_SUFFIX}")
        else:
            file = self._library.create(free, judged.content)
        self._titles_of[file.name] = free
        self._titles |= {free.casefold(), file.name.casefold()}
        self._names.add(file.name)
        self._known.add(file, judged.content, judged.profile)
        if free == title:
            return judged.line(Outcome.IMPORTED, free, file.name)
        why = f"There is another profile named “{title}”."
        return judged.line(Outcome.RENAMED, free, file.name, why)

    def _replace(self, judged: Judged, file: ProfileFile) -> ImportLine:
        if not self._is_dry:
            self._forget_who_runs_commands(file)
            self._library.save(file, file.read(), judged.content, Why.REPLACED)
        self._there = {word: it for word, it in self._there.items() if it != file}
        self._known.replace(file, judged.content, judged.profile)
        why = "What it was before is in its history."
        return judged.line(Outcome.REPLACED, self._titles_of[file.name], file.name, why)

    def _forget_who_runs_commands(self, file: ProfileFile) -> None:
        """Whoever let the old commands run has not seen the new ones."""
        preferences = self._library.preferences
        if preferences.hooks(file.name) is not HookMode.IGNORE:
            preferences.set_hooks(file.name, HookMode.IGNORE)


def _variants(title: str) -> Iterator[str]:
    yield title
    for number in count(2):
        end = f" ({number})"
        yield f"{title[: MAX_TITLE - len(end)]}{end}"


def _title_for(profile: Profile) -> str:
    """A name for one that came without: its server's, where that has one."""
    hosts = (peer.endpoint.host for peer in profile.peers if peer.endpoint)
    host = next(hosts, "")
    is_name = any(sign.isalpha() for sign in host) and ":" not in host
    return host if is_name else UNTITLED


def _untitled(line: ImportLine, error: PreferencesUnwritable) -> ImportLine:
    """Where it has another name than that of its file."""
    if line.outcome not in (Outcome.IMPORTED, Outcome.RENAMED) or line.title == line.name:
        return line
    return replace(line, title=line.name, why=as_sentence(str(error)))


def _there_as(title: str) -> str:
    return f"It is there already, as “{title}”."


def _cancelled(candidate: Candidate) -> ImportLine:
    return ImportLine(
        source=candidate.source, title=candidate.title, outcome=Outcome.SKIPPED, why=CANCELLED
    )
