"""A form changes its own lines, and the profile becomes exactly what was asked for."""

from dataclasses import replace
from difflib import SequenceMatcher
from ipaddress import ip_address, ip_interface, ip_network

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.conf_vectors import PRESHARED, PRIVATE, PUBLIC, key
from wgdesk.domain.conf import parse, read_profile
from wgdesk.domain.form_edits import (
    add_peer,
    move_peer,
    remove_peer,
    set_commands,
    set_list,
    set_value,
)
from wgdesk.domain.line_edit import apply_edits
from wgdesk.domain.outline import outline
from wgdesk.domain.profile import Hook, HookKind

TEXT = f"""\
# my tunnel
[Interface]
PrivateKey = {PRIVATE} # mine
Address=10.9.0.2/24
DNS = 192.0.2.53, corp.example   # both
  MTU =1400
PostUp = one # not a comment
PostUp = two

# home
# the big one
[Peer]
PublicKey = {PUBLIC}
\tPresharedKey={PRESHARED}
AllowedIPs = 10.1.0.0/16 , 10.2.0.0/16,10.3.0.0/16 # three
Endpoint = vpn.example:51820

# a friend
[peer]
PublicKey={key(102)}
AllowedIPs = 10.50.0.0/16

# the end
"""
LINES = tuple(TEXT.split("\n"))


def changed(edits, lines=LINES):
    """The lines that went and those that came."""
    after = apply_edits(lines, edits)
    matcher = SequenceMatcher(None, lines, after, autojunk=False)
    blocks = [it for it in matcher.get_opcodes() if it[0] != "equal"]
    gone = [line for _, first, last, _, _ in blocks for line in lines[first:last]]
    come = [line for _, _, _, first, last in blocks for line in after[first:last]]
    return gone, come


@pytest.mark.parametrize(
    ("section", "name", "value", "gone", "come"),
    [
        (None, "MTU", "1280", ["  MTU =1400"], ["  MTU =1280"]),
        (None, "MTU", None, ["  MTU =1400"], []),
        (None, "MTU", "1400", [], []),
        (None, "PrivateKey", key(7), [LINES[2]], [f"PrivateKey = {key(7)} # mine"]),
        (None, "ListenPort", "51820", [], ["ListenPort = 51820"]),
        (None, "Table", "off", [], ["  Table =off"]),
        (0, "PresharedKey", key(7), [LINES[13]], [f"\tPresharedKey={key(7)}"]),
        (0, "Endpoint", "[2001:db8::1]:9", [LINES[15]], ["Endpoint = [2001:db8::1]:9"]),
        (0, "PersistentKeepalive", "25", [], ["PersistentKeepalive = 25"]),
        (1, "Endpoint", "192.0.2.9:9", [], ["Endpoint=192.0.2.9:9"]),
        (1, "Endpoint", None, [], []),
    ],
)
def test_one_value(section, name, value, gone, come):
    assert changed(set_value(LINES, section, name, value)) == (gone, come)


def test_a_new_key_stands_where_it_usually_does():
    after = apply_edits(LINES, set_value(LINES, None, "ListenPort", "1"))
    assert after.index("ListenPort = 1") == after.index(LINES[2]) + 1
    after = apply_edits(LINES, set_value(LINES, 0, "PersistentKeepalive", "1"))
    assert after.index("PersistentKeepalive = 1") == after.index(LINES[15]) + 1


@pytest.mark.parametrize(
    ("section", "name", "items", "gone", "come"),
    [
        (
            None,
            "Address",
            ["10.9.0.2/24", "fd00::2/64"],
            [LINES[3]],
            ["Address=10.9.0.2/24, fd00::2/64"],
        ),
        (None, "DNS", ["192.0.2.53", "corp.example"], [], []),
        (None, "DNS", ["192.0.2.53"], [LINES[4]], ["DNS = 192.0.2.53   # both"]),
        (
            None,
            "DNS",
            ["corp.example", "192.0.2.53"],
            [LINES[4]],
            ["DNS = corp.example, 192.0.2.53   # both"],
        ),
        (None, "DNS", [], [LINES[4]], []),
        (
            0,
            "AllowedIPs",
            ["10.1.0.0/16", "10.2.0.0/16", "10.3.0.0/16", "::/0"],
            [LINES[14]],
            ["AllowedIPs = 10.1.0.0/16 , 10.2.0.0/16,10.3.0.0/16, ::/0 # three"],
        ),
        (
            1,
            "AllowedIPs",
            [f"10.{it}.0.0/16" for it in range(3)],
            [LINES[20]],
            ["AllowedIPs = 10.0.0.0/16, 10.1.0.0/16, 10.2.0.0/16"],
        ),
    ],
)
def test_lists(section, name, items, gone, come):
    assert changed(set_list(LINES, section, name, items)) == (gone, come)


def test_items_that_stay_keep_their_lines():
    lines = (
        *LINES[:14],
        "AllowedIPs = 10.1.0.0/16",
        "AllowedIPs = 10.2.0.0/16, 10.3.0.0/16",
        *LINES[15:],
    )
    edits = set_list(lines, 0, "AllowedIPs", ["10.1.0.0/16", "10.3.0.0/16", "10.4.0.0/16"])
    assert changed(edits, lines) == ([lines[15]], ["AllowedIPs = 10.3.0.0/16, 10.4.0.0/16"])


def test_a_long_list_has_many_lines():
    items = [f"10.{it // 256}.{it % 256}.0/24" for it in range(250)]
    gone, come = changed(set_list(LINES, 1, "AllowedIPs", items))
    assert gone == [LINES[20]]
    assert [line.count(",") + 1 for line in come] == [100, 100, 50]


@pytest.mark.parametrize(
    ("commands", "gone", "come"),
    [
        (["one # not a comment", "two"], [], []),
        (["one # not a comment"], ["PostUp = two"], []),
        (["two"], ["PostUp = one # not a comment"], []),
        (["zero", "one # not a comment", "two"], [], ["PostUp = zero"]),
        (["one # not a comment", "half", "two"], [], ["PostUp = half"]),
        (["1", "two"], ["PostUp = one # not a comment"], ["PostUp = 1"]),
        ([], ["PostUp = one # not a comment", "PostUp = two"], []),
    ],
)
def test_commands(commands, gone, come):
    edits = set_commands(LINES, "PostUp", commands)
    assert changed(edits) == (gone, come)
    text = "\n".join(apply_edits(LINES, edits))
    assert [it.command for it in read_profile(text.encode()).interface.hooks] == commands


def test_the_first_command_of_its_kind():
    assert changed(set_commands(LINES, "PreDown", ["x"])) == ([], ["PreDown = x"])


def test_a_peer_goes_with_the_comments_above_it():
    gone, come = changed(remove_peer(LINES, 0))
    assert (gone, come) == (list(LINES[9:17]), [])
    gone, come = changed(remove_peer(LINES, 1))
    assert [line for line in gone if line] == list(LINES[17:21])
    assert come == []


def test_peers_change_places_with_their_comments():
    after = apply_edits(LINES, move_peer(LINES, 1, 0))
    assert sorted(after) == sorted(LINES)
    assert after[9:11] == ("# a friend", "[peer]")
    assert read_profile("\n".join(after).encode()).peers == read_profile(TEXT.encode()).peers[::-1]


@pytest.mark.parametrize(
    ("number", "to", "order"), [(0, 2, "bca"), (2, 0, "cab"), (1, 2, "acb"), (1, 1, "abc")]
)
def test_a_peer_gets_the_number_that_was_asked_for(number, to, order):
    lines = ("[Interface]", "", "[Peer]", "# a", "", "[Peer]", "# b", "", "[Peer]", "# c", "")
    after = apply_edits(lines, move_peer(lines, number, to))
    assert "".join(line[-1] for line in after if line.startswith("#")) == order


@pytest.mark.parametrize(
    "text", [TEXT, TEXT.rstrip("\n"), TEXT.replace("\n", "\r\n"), "", "[Interface]\n"]
)
@pytest.mark.parametrize("at", [None, 0])
def test_a_new_peer_stands_apart(text, at):
    lines = tuple(text.split("\n"))
    after = apply_edits(lines, add_peer(lines, [("PublicKey", key(9))], at))
    gone, come = changed(add_peer(lines, [("PublicKey", key(9))], at), lines)
    assert gone == []
    assert [line.strip() for line in come if line.strip()] == ["[Peer]", f"PublicKey = {key(9)}"]
    peers = parse("\n".join(after).encode()).profile
    if text:
        assert peers.peers[-1 if at is None else 0].public_key.base64() == key(9)


def test_without_an_interface_there_is_one():
    lines = ("[Peer]", f"PublicKey = {key(9)}", "")
    after = apply_edits(lines, set_value(lines, None, "MTU", "1400"))
    assert after == ("[Interface]", "MTU = 1400", "", *lines)


# Any document, any edit.

KEYS = [key(number) for number in range(120, 140)]
SPACES = st.sampled_from(["", " ", "\t", "  "])
JUNK = st.sampled_from(["", "# a comment", "  # indented", "", "#", "\t"])


@st.composite
def entries(draw, pairs):
    """One `key = value` line in some spelling, with noise above it."""
    name, value = pairs
    name = draw(st.sampled_from([name, name.lower(), name.upper()]))
    line = f"{draw(SPACES)}{name}{draw(SPACES)}={draw(SPACES)}{value}"
    is_command = name.lower() in ("preup", "postup", "predown", "postdown")
    line += "" if is_command else draw(st.sampled_from(["", " # why", "  ", "# near"]))
    return [*draw(st.lists(JUNK, max_size=2)), line]


def joined(words):
    return ", ".join(words)


@st.composite
def documents(draw):
    """Lines of a text that is right, in any order and spelling."""
    networks = [f"10.{number}.0.0/16" for number in range(40)] + [
        f"fd00:{number}::/32" for number in range(20)
    ]
    unused = draw(st.permutations(networks))
    interface = [("PrivateKey", PRIVATE)]
    interface += [
        ("Address", joined(part))
        for part in draw(
            st.sampled_from(
                [[], [["10.99.0.2/24"]], [["10.99.0.2/24", "fd99::2/64"], ["10.98.0.1"]]]
            )
        )
    ]
    interface += [
        ("DNS", value)
        for value in draw(
            st.lists(
                st.sampled_from(["192.0.2.1", "192.0.2.2, corp.example", "a.example b.example"]),
                max_size=2,
                unique=True,
            )
        )
    ]
    interface += [
        (kind, value)
        for kind in ("PostUp", "PreDown")
        for value in draw(st.lists(st.sampled_from(["true", "echo a # b", "x; y"]), max_size=3))
    ]
    interface += draw(
        st.sampled_from(
            [
                [],
                [("MTU", "1400")],
                [("MTU", "1400"), ("MTU", "1380")],
                [("Table", "off"), ("SaveConfig", "true")],
            ]
        )
    )
    sections = [["[Interface]", draw(st.permutations(interface))]]
    for number in range(draw(st.integers(0, 3))):
        peer = [("PublicKey", KEYS[number])]
        for _ in range(draw(st.integers(0, 2))):
            part, unused = unused[:2], unused[2:]
            peer.append(("AllowedIPs", joined(part)))
        peer += draw(
            st.sampled_from(
                [
                    [],
                    [("Endpoint", "vpn.example:1")],
                    [("PersistentKeepalive", "9"), ("PresharedKey", PRESHARED)],
                ]
            )
        )
        sections.append(
            [draw(st.sampled_from(["[Peer]", "[peer]", " [PEER] "])), draw(st.permutations(peer))]
        )
    lines = []
    for header, pairs in sections:
        lines += [*draw(st.lists(JUNK, max_size=3)), header]
        for pair in pairs:
            lines += draw(entries(pair))
    lines += draw(st.sampled_from([[], [""], ["", "# the end", ""]]))
    end = draw(st.sampled_from(["", "\r"]))
    return (*(f"{line}{end}" for line in lines[:-1]), lines[-1])


def profile_of(lines):
    document = parse("\n".join(lines).encode())
    assert document.profile is not None, document.problems
    return document.profile


def with_interface(profile, **members):
    return replace(profile, interface=replace(profile.interface, **members))


def with_peer(profile, number, **members):
    peers = list(profile.peers)
    peers[number] = replace(peers[number], **members)
    return replace(profile, peers=tuple(peers))


def own_lines(lines, section, name):
    """Where lines of that key stand."""
    return {entry.line for part in outline(lines).sections(section) for entry in part.of(name)}


def check(lines, edits, wanted, mine):
    """Only `mine` may go, everything else is there as it was and in order; the profile is `wanted`."""
    after = apply_edits(lines, edits)
    assert profile_of(after) == wanted
    for edit in edits:
        assert set(range(edit.first, edit.last)) <= mine
    covered = {number for edit in edits for number in range(edit.first, edit.last)}
    rest = [line for number, line in enumerate(lines) if number not in covered]
    position = 0
    for line in after:
        if position < len(rest) and rest[position] == line:
            position += 1
    assert position == len(rest)
    return after


@settings(max_examples=300, deadline=None)
@given(documents(), st.data())
def test_any_value_of_any_document(lines, data):
    profile = profile_of(lines)
    name, member, values = data.draw(
        st.sampled_from(
            [
                ("MTU", "mtu", [(None, None), ("1400", 1400), ("1300", 1300)]),
                ("ListenPort", "listen_port", [(None, None), ("7", 7)]),
                ("FwMark", "fwmark", [(None, None), ("0x20", 32)]),
            ]
        )
    )
    text, value = data.draw(st.sampled_from(values))
    edits = set_value(lines, None, name, text)
    after = check(
        lines, edits, with_interface(profile, **{member: value}), own_lines(lines, None, name)
    )
    old = getattr(profile.interface, member)
    again = apply_edits(after, set_value(after, None, name, None if old is None else str(old)))
    assert profile_of(again) == profile


@settings(max_examples=300, deadline=None)
@given(documents(), st.data())
def test_any_list_of_any_document(lines, data):
    profile = profile_of(lines)
    which = data.draw(st.sampled_from(["Address", "DNS", "AllowedIPs"]))
    if which == "Address":
        items = data.draw(
            st.lists(
                st.sampled_from(["10.99.0.2/24", "fd99::2/64", "10.98.0.1/32", "10.97.0.1/30"]),
                unique=True,
            )
        )
        wanted = with_interface(profile, addresses=tuple(map(ip_interface, items)))
        section = None
    elif which == "DNS":
        items = data.draw(
            st.lists(st.sampled_from(["192.0.2.1", "192.0.2.2", "2001:db8::1"]), unique=True)
        )
        items += data.draw(st.lists(st.sampled_from(["corp.example", "a.example"]), unique=True))
        servers = tuple(ip_address(it) for it in items if it[0].isdigit())
        wanted = with_interface(
            profile,
            dns_servers=servers,
            dns_search=tuple(it for it in items if not it[0].isdigit()),
        )
        section = None
    else:
        if not profile.peers:
            return
        section = data.draw(st.integers(0, len(profile.peers) - 1))
        own = list(map(str, profile.peers[section].allowed_ips))
        items = data.draw(
            st.lists(
                st.sampled_from([*own, "172.16.0.0/12", "fd77::/64", "172.20.1.0/24"]), unique=True
            )
        )
        wanted = with_peer(profile, section, allowed_ips=tuple(map(ip_network, items)))
    edits = set_list(lines, section, which, items)
    check(lines, edits, wanted, own_lines(lines, section, which))


@settings(max_examples=200, deadline=None)
@given(
    documents(),
    st.sampled_from(["PostUp", "PreDown"]),
    st.lists(st.sampled_from(["true", "echo a # b", "x; y", "new"])),
)
def test_any_commands_of_any_document(lines, name, commands):
    profile = profile_of(lines)
    after = apply_edits(lines, set_commands(lines, name, commands))
    edits = set_commands(lines, name, commands)
    kind = HookKind(name)
    hooks = profile_of(after).interface.hooks
    assert [it for it in hooks if it.kind is kind] == [Hook(kind, it) for it in commands]
    assert [it for it in hooks if it.kind is not kind] == [
        it for it in profile.interface.hooks if it.kind is not kind
    ]
    check(lines, edits, with_interface(profile, hooks=hooks), own_lines(lines, None, name))


@settings(max_examples=200, deadline=None)
@given(documents(), st.data())
def test_any_peer_of_any_document(lines, data):
    profile = profile_of(lines)
    peers = list(profile.peers)
    at = data.draw(st.one_of(st.none(), st.integers(0, len(peers))))
    edits = add_peer(lines, [("PublicKey", KEYS[10])], at)
    after = apply_edits(lines, edits)
    number = len(peers) if at is None else at
    found = profile_of(after)
    assert found.peers[number].public_key.base64() == KEYS[10]
    assert [it for place, it in enumerate(found.peers) if place != number] == peers
    assert found.interface == profile.interface
    assert all(edit.first == edit.last for edit in edits)
    again = profile_of(apply_edits(after, remove_peer(after, number)))
    assert again == profile
    if not peers:
        return
    number, to = (
        data.draw(st.integers(0, len(peers) - 1)),
        data.draw(st.integers(0, len(peers) - 1)),
    )
    peers.insert(to, peers.pop(number))
    moved = apply_edits(lines, move_peer(lines, number, to))
    assert profile_of(moved) == replace(profile, peers=tuple(peers))
    assert sorted(line.rstrip("\r") for line in moved) == sorted(
        line.rstrip("\r") for line in lines
    )
    peers.pop(to)
    assert profile_of(apply_edits(moved, remove_peer(moved, to))) == replace(
        profile, peers=tuple(peers)
    )
