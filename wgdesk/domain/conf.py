"""The text of a profile: kept byte by byte, understood, and every problem in it found.

Accepted is what both `wg setconf` and `wg-quick` accept, less the short list in
docs/compatibility.md. Pure, and linear in the size of the text.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from wgdesk.domain.conf_interface import InterfaceReader
from wgdesk.domain.conf_lexer import (
    HOOK_KEYS,
    INTERFACE,
    PEER,
    find_key,
    find_section,
    find_similar_key,
    find_similar_section,
    section_of,
    split_line,
)
from wgdesk.domain.conf_peer import PeerReader, PeerValues
from wgdesk.domain.conf_report import MAX_PROBLEMS, BadValue, Report, TooManyProblems
from wgdesk.domain.conf_scalar import SEMICOLON
from wgdesk.domain.errors import InvalidProfile
from wgdesk.domain.problem import Problem
from wgdesk.domain.profile import MIN_IPV6_MTU, Profile, TableMode
from wgdesk.domain.secret_lines import PRIVATE_KEY, has_reference

MAX_PROFILE_BYTES: Final = 1 << 20
MAX_LINE_CHARACTERS: Final = 8192
TOO_MANY: Final = "too-many-problems"
_BOM: Final = "\ufeff"
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")

Handlers = Mapping[str, Callable[[str], None]]


@dataclass(frozen=True, slots=True)
class Document:
    """One text and what was found in it.

    Attributes:
        lines: Without their newlines; bytes that are not UTF-8 are surrogates.
        problems: In the order of the text.
        profile: None if any problem is an error.
    """

    lines: tuple[str, ...]
    problems: tuple[Problem, ...]
    profile: Profile | None

    def render(self) -> bytes:
        """The text as it was, byte by byte."""
        return "\n".join(self.lines).encode("utf-8", "surrogateescape")

    def __repr__(self) -> str:
        return f"Document({len(self.lines)} lines, {len(self.problems)} problems)"


def parse(data: bytes, most_problems: int = MAX_PROBLEMS) -> Document:
    """Read a text whatever it is; what is wrong with it stands in the problems.

    Beyond `most_problems` there is one with the code `TOO_MANY` among them, and the rest of the
    text was not read.
    """
    lines = tuple(data.decode("utf-8", "surrogateescape").split("\n"))
    refusal = _refuse_whole(data)
    return _refused(lines, refusal) if refusal else read_lines(lines, None, most_problems)


def read_lines(
    lines: tuple[str, ...],
    values: PeerValues | None = None,
    most_problems: int = MAX_PROBLEMS,
) -> Document:
    """As `parse`, of a text that is one: no UTF-16, no zero bytes, no more than 1 MiB."""
    reader = _Reader(values, most_problems)
    profile = reader.read(lines)
    problems = sorted(reader.problems, key=lambda problem: (problem.line, problem.column))
    return Document(lines, tuple(problems), profile)


def read_profile(data: bytes) -> Profile:
    """Read a text that must be right.

    Raises:
        InvalidProfile: With all its problems.
    """
    document = parse(data)
    if document.profile is None:
        raise InvalidProfile(document.problems)
    return document.profile


def _refused(lines: tuple[str, ...], refusal: BadValue) -> Document:
    line, column = _place_of(lines, "\0") if refusal is _BINARY else (1, 1)
    problem = Problem(line, column, 1, refusal.code, refusal.text, fix=refusal.fix)
    return Document(lines, (problem,), None)


def _refuse_whole(data: bytes) -> BadValue | None:
    """Why the file is not worth reading line by line, or None."""
    if len(data) > MAX_PROFILE_BYTES:
        return BadValue(
            "too-big",
            "the file is larger than 1 MiB, which no profile is",
            "Check that this is the right file.",
        )
    if data.startswith(_UTF16):
        return BadValue(
            "utf-16", "the file is text in UTF-16, but must be in UTF-8", "Save it as UTF-8."
        )
    return _BINARY if b"\0" in data else None


def _place_of(lines: tuple[str, ...], character: str) -> tuple[int, int]:
    """Line and column of the first one; there is one."""
    number, line = next(it for it in enumerate(lines, 1) if character in it[1])
    return number, line.index(character) + 1


class _Reader:
    def __init__(self, values: PeerValues | None, most_problems: int) -> None:
        self._report = Report(most=most_problems)
        self._interface = InterfaceReader(self._report)
        self._peers = PeerReader(self._report, values)
        self._section: str | None = None
        self._handlers: Handlers = {}
        self._interface_line: tuple[int, str] | None = None
        self._has_content = False

    @property
    def problems(self) -> list[Problem]:
        return self._report.problems

    def read(self, lines: tuple[str, ...]) -> Profile | None:
        """The profile, or None where there are errors among the problems."""
        try:
            self._read_lines(lines)
            self._check_whole(lines)
        except TooManyProblems:
            self._end_early()
            return None
        if self._report.has_errors():
            return None
        return Profile(interface=self._interface.interface(), peers=self._peers.peers())

    def _read_lines(self, lines: tuple[str, ...]) -> None:
        report = self._report
        for number, text in enumerate(lines, 1):
            report.number, report.line = number, text
            if len(text) > MAX_LINE_CHARACTERS:
                self._has_content = True
                report.refuse_line(_long_line(text))
                continue
            name, value = split_line(text)
            if value is None:
                if name:
                    self._read_lone(name)
                continue
            handler = self._handlers.get(name.lower())
            if handler is None:
                self._read_odd(name, value)
            else:
                handler(value)

    def _read_lone(self, text: str) -> None:
        """A line without `=`: a section, or something that is not right."""
        self._has_content = True
        if text.startswith(_BOM):
            self._report.refuse_line(_BYTE_ORDER_MARK)
            text = text.removeprefix(_BOM)
            if not text:
                return
        if text.startswith("["):
            self._begin_section(text)
        elif text.startswith(";"):
            self._report.refuse_line(SEMICOLON)
        else:
            self._refuse_lone(text)

    def _begin_section(self, text: str) -> None:
        section = find_section(text)
        if section is None:
            self._report.refuse_line(_unknown_section(text))
            self._section, self._handlers = text, {}
            return
        if len(section) != len(text):
            self._report.refuse_line(
                BadValue(
                    "space-in-section", "there is white space inside this line", f"Write {section}."
                )
            )
        self._section = section
        if section == PEER:
            self._handlers = self._peers.handlers
            self._peers.begin()
            return
        self._handlers = self._interface.handlers
        if self._interface_line:
            self._report.warn_line(_SECOND_INTERFACE)
        self._interface_line = self._interface_line or (self._report.number, self._report.line)

    def _refuse_lone(self, text: str) -> None:
        key = find_key(text)
        if key:
            bad = BadValue("no-equals", f"{key} has no “=” and no value", f"Write “{key} = ...”.")
        else:
            bad = BadValue("not-a-line", "this is neither a section nor a “key = value” line")
        self._report.refuse_line(bad)

    def _read_odd(self, name: str, value: str) -> None:
        """A `key = value` line whose key does not belong here as it is spelled."""
        self._has_content = True
        if name.startswith(_BOM):
            self._report.refuse_line(_BYTE_ORDER_MARK)
            name = name.removeprefix(_BOM)
        if name.startswith((";", "[")):
            self._report.refuse_line(SEMICOLON if name[0] == ";" else _unknown_section(name))
            return
        key = find_key(name)
        if key is None:
            self._report.refuse_line(_unknown_key(name))
        elif self._section is None:
            self._report.refuse_line(_before_section(key))
        elif self._section in (INTERFACE, PEER):
            self._read_misplaced(key, name, value)

    def _read_misplaced(self, key: str, name: str, value: str) -> None:
        handler = self._handlers.get(key.lower())
        if handler is None:
            home = section_of(key)
            text = f"{key} belongs to {home}, not to {self._section}"
            self._report.refuse_line(BadValue("wrong-section", text, f"Move the line to {home}."))
            return
        if len(name) != len(key):
            text = "there is white space inside the key's name"
            self._report.refuse_line(BadValue("space-in-key", text, f"Write “{key}”."))
        handler(value)

    def _check_whole(self, lines: tuple[str, ...]) -> None:
        if not self._has_content:
            self._report.refuse_at(1, lines[0], _EMPTY if lines == ("",) else _ONLY_COMMENTS)
            return
        private_key = self._interface.private_key
        self._peers.finish(private_key.public() if private_key else None)
        self._check_mtu()
        if not self._report.has_errors():  # else it may be missing only because of them
            self._warn_of_what_is_missing(lines)

    def _warn_of_what_is_missing(self, lines: tuple[str, ...]) -> None:
        place = self._interface_line or (1, lines[0])
        if self._interface.private_key is None and not has_reference(lines, PRIVATE_KEY):
            self._report.warn_at(*place, _NO_PRIVATE_KEY)
        if not self._peers:
            self._report.warn_at(*place, _NO_PEERS)
        self._peers.warn_of_what_is_missing()

    def _check_mtu(self) -> None:
        """IPv6 leaves a link whose MTU is too small for it, and routes need it there."""
        interface = self._interface.interface()
        if interface.mtu is None or interface.mtu >= MIN_IPV6_MTU:
            return
        if self._peers.has_ipv6 and interface.table.mode is not TableMode.OFF:
            self._report.refuse_at(*self._interface.mtu_line, _NO_IPV6_ROUTES)
        elif self._peers.has_ipv6 or self._interface.has_ipv6_address:
            self._report.warn_at(*self._interface.mtu_line, _SMALL_MTU)

    def _end_early(self) -> None:
        number = self._report.number
        text = "there are too many problems; the rest of the file was not read"
        self.problems.append(Problem(number, 1, 1, TOO_MANY, text))


_BINARY: Final = BadValue(
    "binary",
    "the file is not text: it has zero bytes in it",
    "Check that this is the right file.",
)
_EMPTY: Final = BadValue(
    "empty",
    "the file is empty",
    "A profile has an [Interface] section and a [Peer] section.",
)
_ONLY_COMMENTS: Final = BadValue(
    "empty",
    "the file has nothing in it but comments and empty lines",
    "A profile has an [Interface] section and a [Peer] section.",
)
_BYTE_ORDER_MARK: Final = BadValue(
    "byte-order-mark",
    "the file begins with an invisible byte order mark, at which wg stops",
    "Save the file as UTF-8 without byte order mark.",
)
_SECOND_INTERFACE: Final = BadValue(
    "repeated-section", "a second [Interface] section: the two are read as one"
)
_NO_PRIVATE_KEY: Final = BadValue(
    "no-private-key",
    "there is no private key, so the tunnel cannot talk to any peer",
    "Add a line “PrivateKey = ...” to [Interface].",
)
_NO_PEERS: Final = BadValue("no-peers", "there is no [Peer] section, so the tunnel leads nowhere")
_NO_IPV6_ROUTES: Final = BadValue(
    "mtu-ipv6",
    f"IPv6 needs an MTU of at least {MIN_IPV6_MTU}: the IPv6 routes of this profile would fail",
    f"Write “MTU = {MIN_IPV6_MTU}”, or remove the line.",
)
_SMALL_MTU: Final = BadValue(
    "small-mtu",
    f"IPv6 needs an MTU of at least {MIN_IPV6_MTU} and will not work in this tunnel",
    f"Write “MTU = {MIN_IPV6_MTU}”, or remove the line.",
)


def _long_line(text: str) -> BadValue:
    is_command = find_key(split_line(text[:MAX_LINE_CHARACTERS])[0]) in HOOK_KEYS
    fix = "Split it: AllowedIPs may stand on several lines."
    return BadValue(
        "long-line",
        f"the line is longer than {MAX_LINE_CHARACTERS} characters",
        "Put the command into a script." if is_command else fix,
    )


def _unknown_section(text: str) -> BadValue:
    similar = find_similar_section(text)
    fix = f"Write {similar}." if similar else ""
    return BadValue("unknown-section", "sections are [Interface] and [Peer]; this is neither", fix)


def _unknown_key(name: str) -> BadValue:
    similar = find_similar_key(name)
    fix = f"Did you mean “{similar}”?" if similar else ""
    # A piece of a private key, left over where a line broke, must not be repeated.
    is_harmless = name.isascii() and name.isalpha() and len(name) <= (20 if similar else 8)
    quoted = f"“{name}”" if is_harmless else "this"
    return BadValue("unknown-key", f"{quoted} is not a key that wg or wg-quick knows", fix)


def _before_section(key: str) -> BadValue:
    home = section_of(key)
    return BadValue("no-section", f"{key} stands before any section", f"Write {home} above it.")
