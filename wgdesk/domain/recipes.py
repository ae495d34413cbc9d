"""What the commands of a profile are for, where they follow a well-known recipe. Pure.

A name is given only to commands that are understood to the last word: one that does something
else besides has none. Nothing here is ever run.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_network
from itertools import pairwise
from typing import Final

from wgdesk.domain.profile import Hook
from wgdesk.domain.routing import is_private
from wgdesk.domain.shell_words import Words, simple_commands

# Far more than any profile has; what comes after is not looked at.
MAX_HOOKS: Final = 64
# A program elsewhere may be anything, whatever it is called.
_FOLDERS: Final = frozenset({"", "/bin", "/sbin", "/usr/bin", "/usr/sbin"})


class Recipe(StrEnum):
    """Something that many profiles do by commands, in words that end a sentence."""

    KILL_SWITCH = "a kill switch"
    DNS_RESOLVECTL = "DNS by resolvectl"
    DNS_RESOLVCONF = "DNS by resolvconf"
    LAN_BYPASS = "a way past the tunnel to local networks"
    SERVER = "forwarding for other machines"


@dataclass(frozen=True, slots=True)
class _Part:
    """One simple command.

    Attributes:
        recipe: None where the command only makes sense beside others.
        place: What it changes; parts of one place belong together. "" for no place.
    """

    recipe: Recipe | None = None
    place: str = ""


def recognise(hooks: Sequence[Hook]) -> tuple[tuple[Recipe, ...], ...]:
    """The recipes of each command, in order; () where it does something else, or more."""
    read = [_parts(hook.command) for hook in hooks[:MAX_HOOKS]]
    read += [None] * (len(hooks) - len(read))
    known: dict[str, Recipe] = {}
    for part in (part for parts in read if parts for part in parts):
        if part.recipe and part.place:
            known.setdefault(part.place, part.recipe)
    return tuple(_settled(parts, known) if parts else () for parts in read)


def describe(hooks: Sequence[Hook]) -> str:
    """`a kill switch, DNS by resolvectl, 1 other`; "" where nothing is known."""
    recipes = recognise(hooks)
    names = [recipe.value for recipe in dict.fromkeys(it for found in recipes for it in found)]
    others = sum(not found for found in recipes)
    if names and others:
        names.append("1 other" if others == 1 else f"{others} others")
    return ", ".join(names)


def not_run_text(hooks: Sequence[Hook]) -> str:
    """The sentence that tells a person so; for at least one command."""
    number = len(hooks)
    what = (
        "1 command in this profile is" if number == 1 else f"{number} commands in this profile are"
    )
    names = describe(hooks)
    return f"{what} not run: {names}." if names else f"{what} not run."


def _parts(command: str) -> tuple[_Part, ...] | None:
    """What each simple command does, or None where one of them is not known."""
    found: list[_Part] = []
    for words in simple_commands(command) or ((),):
        parts = _read(words)
        if not parts:
            return None
        found += parts
    return tuple(found)


def _settled(parts: Iterable[_Part], known: dict[str, Recipe]) -> tuple[Recipe, ...]:
    found: list[Recipe] = []
    for part in parts:
        recipe = part.recipe or known.get(part.place)
        if recipe is not None:
            found.append(recipe)
        elif part.place:
            return ()  # it belongs to something that nobody knows
    return tuple(dict.fromkeys(found))


def _read(words: Words) -> tuple[_Part, ...]:
    """What one simple command does; () where that is not known."""
    while words and words[0] == "sudo":
        words = words[1:]
    if not words:
        return ()
    folder, _, program = words[0].rpartition("/")
    arguments = words[1:]
    match program if folder in _FOLDERS else "":
        case "iptables" | "ip6tables" | "iptables-nft" | "ip6tables-nft" | "iptables-legacy":
            return _one(_read_iptables(arguments))
        case "nft":
            return _read_nft(arguments)
        case "ip":
            return _one(_read_ip(arguments))
        case "sysctl":
            return _one(_read_sysctl(arguments))
        case "resolvectl" | "systemd-resolve":
            return _one(_read_resolvectl(program, arguments))
        case "resolvconf":
            return _one(_read_resolvconf(arguments))
        case "echo" | "printf" | "true" | ":" | "sleep":
            return _one(_read_glue(arguments))
        case _:
            return ()


def _one(part: _Part | None) -> tuple[_Part, ...]:
    return () if part is None else (part,)


# iptables


@dataclass(frozen=True, slots=True)
class _Row:
    """A rule that says one of `targets` in `chain`, and has one of `features` if there are any.

    A feature is a word, or two words that follow each other.
    """

    part: _Part
    chain: str
    targets: frozenset[str]
    features: frozenset[str] = frozenset()


_OUTPUT: Final = "OUTPUT"
_LOCAL: Final = "local destination"
_ROWS: Final = (
    _Row(
        _Part(Recipe.KILL_SWITCH, _OUTPUT),
        _OUTPUT,
        frozenset({"REJECT", "DROP"}),
        frozenset({"! -o", "! --out-interface", "-o !"}),
    ),
    _Row(_Part(Recipe.LAN_BYPASS), _OUTPUT, frozenset({"ACCEPT", "RETURN"}), frozenset({_LOCAL})),
    _Row(_Part(None, _OUTPUT), _OUTPUT, frozenset({"ACCEPT", "RETURN"})),
    _Row(_Part(Recipe.SERVER), "FORWARD", frozenset({"ACCEPT", "TCPMSS"})),
    _Row(
        _Part(Recipe.SERVER),
        "POSTROUTING",
        frozenset({"MASQUERADE", "SNAT"}),
        frozenset({"-t nat", "--table nat"}),
    ),
    _Row(_Part(Recipe.SERVER), "INPUT", frozenset({"ACCEPT"}), frozenset({"-p udp", "-i %i"})),
)
# Others could load or run something, or make another program's rules their own.
_IPTABLES_OPTIONS: Final = frozenset(
    [
        "-A",
        "-I",
        "-D",
        "--append",
        "--insert",
        "--delete",
        "-t",
        "--table",
        "-w",
        "--wait",
        "-i",
        "--in-interface",
        "-o",
        "--out-interface",
        "-s",
        "--source",
        "-d",
        "--destination",
        "-p",
        "--protocol",
        "--proto",
        "-m",
        "--match",
        "-j",
        "--jump",
        "--mark",
        "--dst-type",
        "--src-type",
        "--state",
        "--ctstate",
        "--dport",
        "--sport",
        "--destination-port",
        "--source-port",
        "--dports",
        "--to-source",
        "--reject-with",
        "--tcp-flags",
        "--clamp-mss-to-pmtu",
        "--comment",
        "--uid-owner",
    ]
)
_VERBS: Final = frozenset({"-A", "-I", "-D", "--append", "--insert", "--delete"})


def _read_iptables(words: Words) -> _Part | None:
    if words[:1] in (("-P",), ("--policy",)):
        return _policy(words[1:])
    if any(word.startswith("-") and word not in _IPTABLES_OPTIONS for word in words):
        return None
    chain, target = _after(words, _VERBS), _after(words, ("-j", "--jump"))
    features = {*words, *map(" ".join, pairwise(words))}
    if _is_local(_after(words, ("-d", "--destination"))):
        features.add(_LOCAL)
    for row in _ROWS:
        is_meant = row.chain == chain and target in row.targets
        if is_meant and (not row.features or row.features & features):
            return row.part
    return None


def _policy(words: Words) -> _Part | None:
    match words:
        case ("OUTPUT", "DROP"):
            return _Part(Recipe.KILL_SWITCH, _OUTPUT)
        case ("OUTPUT", "ACCEPT"):
            return _Part(None, _OUTPUT)
        case ("FORWARD", "ACCEPT" | "DROP"):
            return _Part(Recipe.SERVER)
        case _:
            return None


# nft


def _read_nft(words: Words) -> tuple[_Part, ...]:
    """What its statements do; they may come as words or as one text in quotes."""
    found = [_read_statement(statement) for statement in _statements(" ".join(words))]
    return tuple(part for part in found if part is not None) if all(found) else ()


def _statements(text: str) -> Iterator[tuple[str, ...]]:
    """The words of each statement; what is in braces belongs to the one before them."""
    words: list[str] = []
    depth = 0
    spaced = text.replace(";", " ; ").replace("{", " { ").replace("}", " } ").replace('"', "")
    for word in spaced.split():
        depth += (word == "{") - (word == "}")
        if word == ";" and depth == 0:
            if words:
                yield tuple(words)
            words = []
        else:
            words.append(word)
    if words:
        yield tuple(words)


def _read_statement(words: Words) -> _Part | None:
    if not words or words[0] not in ("add", "insert", "create", "delete", "destroy", "flush"):
        return None
    kind, rest = words[1:2], words[2:]
    family = rest[:1] if rest and rest[0] in ("ip", "ip6", "inet") else ("ip",)
    rest = rest[1:] if rest[:1] == family else rest
    if kind not in (("table",), ("chain",), ("rule",)) or not rest:
        return None
    place = " ".join(("nft", *family, rest[0]))
    said = set(rest[1:])
    pairs = set(map(" ".join, pairwise(rest)))
    if said & {"masquerade", "snat"} or {"hook forward", "hook postrouting"} & pairs:
        return _Part(Recipe.SERVER, place)
    if {"hook output", "policy drop"} <= pairs:
        return _Part(Recipe.KILL_SWITCH, place)
    if said & {"drop", "reject"}:
        is_about_others = {"oif !=", "oifname !="} & pairs
        return _Part(Recipe.KILL_SWITCH, place) if is_about_others else None
    return _Part(None, place)


# ip, sysctl, resolvectl, resolvconf


def _read_ip(words: Words) -> _Part | None:
    while words[:1] in (("-4",), ("-6",)):
        words = words[1:]
    if words[:1] not in (("rule",), ("ru",)) or words[1:2] not in (("add",), ("del",), ("delete",)):
        return None
    table = _after(words, ("lookup", "table"))
    is_past = table == "main" and _is_local(_after(words, ("to",)))
    return _Part(Recipe.LAN_BYPASS) if is_past else None


_FORWARDING: Final = frozenset(
    {
        "net.ipv4.ip_forward",
        "net.ipv4.conf.all.forwarding",
        "net.ipv4.conf.%i.forwarding",
        "net.ipv6.conf.all.forwarding",
        "net.ipv6.conf.default.forwarding",
        "net.ipv6.conf.%i.forwarding",
    }
)


def _read_sysctl(words: Words) -> _Part | None:
    settings = [word for word in words if word not in ("-w", "-q", "-qw", "-wq", "--write")]
    is_known = all(_is_forwarding(*setting.partition("=")[::2]) for setting in settings)
    return _Part(Recipe.SERVER) if settings and is_known else None


def _is_forwarding(name: str, value: str) -> bool:
    return name.replace("/", ".") in _FORWARDING and value in ("0", "1")


def _read_glue(words: Words) -> _Part | None:
    """What only prints; into a setting of the kernel it may print one thing."""
    if not any(word.startswith(">") for word in words):
        return _Part()
    match words:
        case (("0" | "1") as value, setting):
            name = setting.removeprefix(">/proc/sys/")
            return _Part(Recipe.SERVER) if _is_forwarding(name, value) else None
        case _:
            return None


_RESOLVECTL: Final = frozenset(
    [
        "dns",
        "domain",
        "default-route",
        "revert",
        "flush-caches",
        "llmnr",
        "mdns",
        "dnssec",
        "dnsovertls",
    ]
)


def _read_resolvectl(program: str, words: Words) -> _Part | None:
    if program == "resolvectl":
        return _Part(Recipe.DNS_RESOLVECTL) if words[:1] and words[0] in _RESOLVECTL else None
    options = ("-i", "--interface", "--set-dns", "--set-domain", "--revert", "--flush-caches")
    named = [word.partition("=")[0] for word in words if word.startswith("-")]
    is_known = bool(named) and all(name in options for name in named)
    return _Part(Recipe.DNS_RESOLVECTL) if is_known else None


def _read_resolvconf(words: Words) -> _Part | None:
    is_known = words[:1] in (("-a",), ("-d",), ("-f",)) and not any(
        word.startswith("-") and word not in ("-a", "-d", "-f", "-m", "-x", "-p") for word in words
    )
    return _Part(Recipe.DNS_RESOLVCONF) if is_known else None


def _after(words: Words, options: Iterable[str]) -> str:
    """The word behind the first of these, or ""."""
    wanted = frozenset(options)
    return next((after for word, after in pairwise(words) if word in wanted), "")


def _is_local(text: str) -> bool:
    """Whether every one of these networks is a private one."""
    try:
        networks = [ip_network(part, strict=False) for part in text.split(",")]
        return all(map(is_private, networks))
    except ValueError:
        return False
