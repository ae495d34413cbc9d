"""Name servers that a profile sets by commands, as its own DNS line. Pure.

It is offered only where the line does all that the commands do; who has them run loses nothing.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final

from wgdesk.domain.fixes import Fix
from wgdesk.domain.form_edits import set_commands, set_list, words_of
from wgdesk.domain.outline import outline
from wgdesk.domain.profile import HookKind, Profile
from wgdesk.domain.recipes import Recipe, recognise
from wgdesk.domain.shell_words import Words, simple_commands

LABEL: Final = "Write them as a DNS line"
_RECIPES: Final = frozenset({Recipe.DNS_RESOLVECTL, Recipe.DNS_RESOLVCONF})
_LINK: Final = "%i"
_YES: Final = frozenset({"yes", "true", "1", "on"})
_NO: Final = frozenset({"no", "false", "0", "off"})
_EVERY_NAME: Final = "."


@dataclass(frozen=True, slots=True)
class _Told:
    """What a command tells the resolver.

    Attributes:
        domains: Without `~`; "." for every name.
        routed: Those of them that decide which names its servers are asked for.
    """

    servers: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    routed: tuple[str, ...] = ()


def native_dns(lines: Sequence[str], profile: Profile) -> Fix | None:
    """The edits that put a DNS line in the place of its commands, or None where that is not the same."""
    hooks = profile.interface.hooks
    mine = [
        hook
        for hook, recipes in zip(hooks, recognise(hooks), strict=True)
        if recipes and set(recipes) <= _RECIPES
    ]
    told = [it for it in map(_told, (hook.command for hook in mine)) if it is not None]
    servers = [it for each in told for it in each.servers]
    routed = {it for each in told for it in each.routed}
    if len(told) < len(mine) or not servers or not _is_same(routed, profile):
        return None
    domains = [it for each in told for it in each.domains if it != _EVERY_NAME]
    old = [
        word
        for part in outline(lines).interfaces
        for it in part.of("DNS")
        for word in words_of(lines[it.line][it.start : it.end], "DNS")
    ]
    edits = set_list(lines, None, "DNS", list(dict.fromkeys([*old, *servers, *domains])))
    for kind in HookKind:
        commands = [hook.command for hook in hooks if hook.kind is kind]
        kept = _without(commands, [hook.command for hook in mine if hook.kind is kind])
        if kept != commands:
            edits += set_commands(lines, kind.value, kept)
    return Fix(LABEL, edits)


def _is_same(routed: Collection[str], profile: Profile) -> bool:
    """Whether the line has the servers asked for the same names; see `dns.dns_config`."""
    if profile.is_full_tunnel():
        return not routed or _EVERY_NAME in routed
    return _EVERY_NAME not in routed or len(routed) == 1


def _without(commands: Iterable[str], gone: Sequence[str]) -> list[str]:
    return [command for command in commands if command not in gone]


def _told(command: str) -> _Told | None:
    """None where it does something that the line does not."""
    commands = simple_commands(command) or ()
    has_resolvconf = any(_program(words) == "resolvconf" for words in commands)
    servers: list[str] = []
    domains: list[str] = []
    routed: list[str] = []
    for words in commands:
        match _program(words):
            case "resolvectl":
                told = _read_resolvectl(_after_sudo(words)[1:])
            case "echo" | "printf" if has_resolvconf:
                told = _read_resolv_conf(_after_sudo(words)[1:])
            case "resolvconf" | "sleep" | "true" | ":":
                told = _Told()
            case _:
                told = None
        if told is None:
            return None
        servers += told.servers
        domains += told.domains
        routed += told.routed
    return _Told(tuple(servers), tuple(domains), tuple(routed))


def _read_resolvectl(words: Words) -> _Told | None:
    match words:
        case ("dns", link, *servers) if link == _LINK and all(map(_is_address, servers)):
            return _Told(servers=tuple(servers))
        case ("domain", link, *domains) if link == _LINK:
            found = tuple(it.removeprefix("~") for it in domains)
            return _Told(domains=found, routed=found)
        case ("default-route", link, word) if link == _LINK and word in _YES:
            return _Told()
        case (("llmnr" | "mdns" | "dnsovertls"), link, word) if link == _LINK and word in _NO:
            return _Told()
        case ("revert", link) if link == _LINK:
            return _Told()
        case ("flush-caches",):
            return _Told()
        case _:
            return None


def _read_resolv_conf(words: Words) -> _Told | None:
    """The lines that `echo` or `printf` gives to resolvconf."""
    text = " ".join(word for word in words if word not in ("-e", "-n"))
    pieces = text.replace("\\n", " ").replace("%s", " ").split()
    servers: list[str] = []
    domains: list[str] = []
    is_search = False
    for piece in pieces:
        if piece in ("nameserver", "search", "domain"):
            is_search = piece != "nameserver"
        elif _is_address(piece):
            servers.append(piece)
        elif is_search:
            domains.append(piece)
        else:
            return None
    return _Told(tuple(servers), tuple(domains))


def _after_sudo(words: Words) -> Words:
    return words[1:] if words[:1] == ("sudo",) else words


def _program(words: Words) -> str:
    return _after_sudo(words)[0].rpartition("/")[2] if _after_sudo(words) else ""


def _is_address(text: str) -> bool:
    try:
        return "%" not in text and bool(ip_address(text))
    except ValueError:
        return False
