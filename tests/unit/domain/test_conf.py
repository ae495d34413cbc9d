"""Profile text: what is accepted, what each problem says and where, and what a profile holds."""

from ipaddress import ip_address, ip_interface, ip_network

import pytest

from tests.support.bad_input import BAD_TEXTS, EVERY
from tests.support.conf_vectors import (
    OK,
    PRESHARED,
    PRIVATE,
    PUBLIC,
    TEXTS,
    VALUES,
    ZERO,
    key,
    large_quick_texts,
    large_wg_texts,
    text_with,
)
from wgdesk.domain.conf import MAX_PROFILE_BYTES, parse, read_profile
from wgdesk.domain.errors import InvalidProfile
from wgdesk.domain.keys import PresharedKey, PrivateKey, PublicKey
from wgdesk.domain.problem import Problem, Severity
from wgdesk.domain.profile import Endpoint, Hook, HookKind, Interface, Peer, Table, TableMode
from wgdesk.domain.render import render_profile

HEAD = f"[Interface]\nPrivateKey = {PRIVATE}\n"
PEER = f"[Peer]\nPublicKey = {PUBLIC}\nAllowedIPs = 10.9.0.0/24\n"


def bytes_of(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def errors_of(data: bytes) -> list[Problem]:
    return [problem for problem in parse(data).problems if problem.severity is Severity.ERROR]


def warnings_of(text: str) -> list[Problem]:
    document = parse(bytes_of(text))
    assert document.profile is not None
    return list(document.problems)


@pytest.mark.parametrize(
    ("name", "value", "verdict"),
    [(name, value, verdict) for name, rows in VALUES.items() for value, verdict in rows],
)
def test_parse_judges_each_value(name, value, verdict):
    data = text_with(name, value)
    document = parse(data)
    found = {problem.code for problem in errors_of(data)}
    assert found == (set() if verdict == OK else {verdict})
    assert (document.profile is not None) == (verdict == OK)
    assert document.render() == data


@pytest.mark.parametrize(("data", "verdict"), [row[1:] for row in TEXTS], ids=[r[0] for r in TEXTS])
def test_parse_judges_each_text(data, verdict):
    codes = [problem.code for problem in errors_of(data)]
    assert codes[:1] == ([] if verdict == OK else [verdict])
    assert parse(data).render() == data


def test_parse_judges_texts_at_the_limits():
    for name, text, verdict in (*large_wg_texts(), *large_quick_texts()):
        codes = {problem.code for problem in errors_of(text.encode())}
        assert (verdict in codes) if verdict != OK else codes == set(), name


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (HEAD + "ListenPort = 70000\n", (3, 14, 5)),
        (HEAD + "  MTU\t=  x  # c\n", (3, 10, 1)),
        (HEAD + " MTU\n", (3, 2, 3)),
        (HEAD + "Colour = blue # c\n", (3, 1, 13)),
        (HEAD + "ListenPort = # c\n", (3, 14, 1)),
        (HEAD + PEER + "AllowedIPs = 10.0.0.0/8, 10.0.0.1/33\n", (6, 26, 11)),
        (HEAD + PEER + "AllowedIPs = 10.0.0.0/8,\n", (6, 25, 1)),
        (HEAD + "Address = 10.0.0.1,\twg0/24 10.0.0.2\n", (3, 21, 6)),
        (HEAD + "[Peer]\n", (3, 1, 6)),
        (HEAD + "# \u00e9\n\U0001f600\u00e9 = 1\n", (4, 1, 6)),
        ("", (1, 1, 1)),
        ("x" * 9000, (1, 1, 9000)),
    ],
)
def test_problem_points_at_the_characters(text, place):
    (found,) = errors_of(bytes_of(text))
    assert (found.line, found.column, found.length) == place


@pytest.mark.parametrize("row", BAD_TEXTS, ids=lambda row: row.name)
def test_bad_text_is_told_with_line_and_column(row):
    with pytest.raises(InvalidProfile) as refused:
        read_profile(row.content)
    assert str(refused.value) == row.says
    assert (refused.value.remedy or EVERY) in row.remedy


@pytest.mark.parametrize(
    "text",
    [
        HEAD.replace(PRIVATE, PRIVATE[1:]) + PEER,
        HEAD + PEER.replace("[Peer]", "[Peers]"),
        HEAD + PEER.replace("10.9.0.0/24", "10.9.0.0/24, " * 900 + "10.8.0.0/24"),
    ],
)
def test_what_an_error_hides_is_not_told_to_be_missing(text):
    assert [problem.severity for problem in parse(bytes_of(text)).problems] == [Severity.ERROR]


def test_parse_reports_every_problem_in_the_order_of_the_text():
    text = "[Interface]\nListenPort = x\nMTU = y\n[Peer]\nAllowedIPs = a, b\nEndpoint = c\n"
    found = errors_of(text.encode())
    assert [(problem.line, problem.code) for problem in found] == [
        (2, "port-name"),
        (3, "mtu"),
        (4, "missing-public-key"),
        (5, "allowed-ip"),
        (5, "allowed-ip"),
        (6, "missing-port"),
    ]


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        ("[ Interface ]\n" + PEER, "[Interface]"),
        ("[Interfaces]\n" + PEER, "[Interface]"),
        (HEAD + "[peers]\n", "[Peer]"),
        (HEAD + "PrivteKey = x\n", "PrivateKey"),
        (HEAD + "Adress = 10.0.0.1\n", "Address"),
        (HEAD + "Listen Port = 1\n", "ListenPort"),
        (HEAD + "; c\n", "#"),
        (HEAD + "Table = OFF\n", "off"),
        (HEAD + "SaveConfig = yes\n", "true"),
        (HEAD + "Address = 10.0.0.1/255.255.255.0\n", "10.0.0.2/24"),
        (HEAD + "DNS = 1.1.1.1:53\n", "1.1.1.1"),
        (HEAD + f"PublicKey = {PUBLIC}\n", "[Peer]"),
        (HEAD + PEER + f"PrivateKey = {PRIVATE}\n", "[Interface]"),
        (HEAD + PEER + "AllowedIPs = 10.1.0.0/255.255.0.0\n", "10.1.0.0/16"),
        (HEAD + PEER + "AllowedIPs = 10.1.0.0/16,\n", "comma"),
        (HEAD + PEER + "AllowedIPs = 10.1.0.0/16 10.2.0.0/16\n", "comma"),
        (HEAD + PEER + "Endpoint = 2001:db8::1:51820\n", "[2001:db8::1]:51820"),
        (HEAD + PEER + "Endpoint = vpn.example\n", ":51820"),
        (HEAD + PEER + "PersistentKeepalive = 25s\n", "seconds"),
        (HEAD + PEER + "PresharedKey = " + "_" * 42 + "8\n", "“-” by “+”"),
        ("\ufeff" + HEAD, "without byte order mark"),
        ("\xff\xfe", "UTF-8"),
    ],
)
def test_problem_names_the_fix_when_it_is_clear_what_was_meant(text, fix):
    data = text.encode("latin-1") if text == "\xff\xfe" else bytes_of(text)
    assert any(fix in problem.fix for problem in errors_of(data))


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"\x7fELF\x02\x01\x01\0\0", "binary"),
        (b"\xff\xfe[\0I\0", "utf-16"),
        (b"#" * (MAX_PROFILE_BYTES + 1), "too-big"),
        (bytes_of(HEAD.replace(PRIVATE, PRIVATE[:-1])), "key-padding"),
        (bytes_of(HEAD + PEER + PEER), "duplicate-peer"),
    ],
)
def test_bad_file_has_a_sentence_and_a_remedy_of_its_own(data, code):
    (problem,) = errors_of(data)
    assert problem.code == code
    assert problem.text
    assert problem.fix


@pytest.mark.parametrize(
    ("text", "place", "code"),
    [
        (HEAD + PEER + "AllowedIPs = 10.0.0.1/24\n", (6, 14), "host-bits"),
        ("[Interface]\n" + PEER, (1, 1), "no-private-key"),
        (f"[Interface]\nPrivateKey = {ZERO}\n" + PEER, (1, 1), "no-private-key"),
        (HEAD, (1, 1), "no-peers"),
        (HEAD + f"[Peer]\nPublicKey = {PUBLIC}\n", (3, 1), "no-allowed-ips"),
        (HEAD + PEER + PEER.replace(PUBLIC, key(5)), (8, 14), "moved-allowed-ip"),
        (HEAD + PEER + "AllowedIPs = 10.9.0.9/24\n", (6, 14), "repeated-allowed-ip"),
        (HEAD + "MTU = 1000\nAddress = fd00::1\n" + PEER, (3, 1), "small-mtu"),
        (HEAD + "ListenPort = 1\nListenPort = 2\n" + PEER, (4, 1), "repeated-key"),
        (HEAD + "PostUp = true # x\n" + PEER, (3, 14), "hook-hash"),
        (HEAD + "MTU =\n" + PEER, (3, 1), "no-value"),
        (HEAD + "PostUp =\n" + PEER, (3, 1), "no-value"),
        (HEAD + PEER + "[Interface]\nMTU = 1400\n", (6, 1), "repeated-section"),
    ],
)
def test_warning_says_what_is_odd_and_lets_it_pass(text, place, code):
    found = warnings_of(text)
    first = next(problem for problem in found if problem.severity is Severity.WARNING)
    assert (first.line, first.column, first.code) == (*place, code)


def test_warns_of_a_peer_with_the_tunnels_own_key():
    own = PrivateKey.parse(PRIVATE).public().base64()
    assert [p.code for p in warnings_of(HEAD + PEER.replace(PUBLIC, own))] == ["own-public-key"]


def test_right_profile_has_no_problems():
    assert warnings_of(HEAD + PEER) == []


def test_many_warnings_do_not_make_a_text_wrong():
    lines = "".join(f"AllowedIPs = 10.{n >> 8}.{n & 255}.1/24\n" for n in range(3000))
    document = parse(bytes_of(HEAD + PEER + lines))
    assert document.profile is not None
    assert len(document.profile.peers[0].allowed_ips) == 3000
    assert len(document.problems) == 1000


def test_read_profile_raises_with_every_problem():
    with pytest.raises(InvalidProfile) as caught:
        read_profile(b"[Interface]\nMTU = x\nListenPort = -\n")
    assert [problem.code for problem in caught.value.problems][-2:] == ["mtu", "port"]
    assert str(caught.value).startswith("line 2, column 7: ")


def test_read_profile_reads_every_key():
    text = f"""\
[Interface]
PrivateKey = {PRIVATE}
ListenPort = 51820
FwMark = 0xca6c
Address = 10.9.0.2/24, fd00::2/64
Address = 10.8.0.2
DNS = 192.0.2.53, corp.example
DNS = 2001:db8::53
MTU = 1400
Table = 1234
PreUp = echo up
PostDown = echo %i = "down" # all
SaveConfig = true

[Peer]
PublicKey = {PUBLIC}
PresharedKey = {PRESHARED}
Endpoint = [fe80::1%eth0]:51820
AllowedIPs = 10.9.0.7/24, ::/0
AllowedIPs = 10.8.0.0/16
PersistentKeepalive = 25
"""
    profile = read_profile(text.encode())
    assert profile.interface == Interface(
        private_key=PrivateKey.parse(PRIVATE),
        listen_port=51820,
        fwmark=0xCA6C,
        addresses=tuple(map(ip_interface, ("10.9.0.2/24", "fd00::2/64", "10.8.0.2/32"))),
        dns_servers=(ip_address("192.0.2.53"), ip_address("2001:db8::53")),
        dns_search=("corp.example",),
        mtu=1400,
        table=Table(TableMode.NUMBER, 1234),
        hooks=(
            Hook(HookKind.PRE_UP, "echo up"),
            Hook(HookKind.POST_DOWN, 'echo %i = "down" # all'),
        ),
        save_config=True,
    )
    assert profile.peers == (
        Peer(
            public_key=PublicKey.parse(PUBLIC),
            preshared_key=PresharedKey.parse(PRESHARED),
            endpoint=Endpoint("fe80::1", 51820, "eth0"),
            allowed_ips=tuple(map(ip_network, ("10.9.0.0/24", "::/0", "10.8.0.0/16"))),
            keepalive_s=25,
        ),
    )


def test_last_value_counts_and_sections_merge():
    text = (
        HEAD + "MTU = 1300\nMTU = 1400\nTable = off\nTable =\n" + PEER
    ) + f"[Interface]\nListenPort = 1\nFwMark = off\nPrivateKey = {key(9)}\n"
    interface = read_profile(text.encode()).interface
    assert interface.private_key == PrivateKey.parse(key(9))
    assert (interface.mtu, interface.table, interface.listen_port) == (1400, Table(), 1)
    assert interface.fwmark == 0


def test_mtu_is_automatic_again_when_the_last_one_is_empty():
    assert read_profile(bytes_of(HEAD + "MTU = 1300\nMTU =\n")).interface.mtu is None


def test_zero_keys_mean_none():
    text = HEAD.replace(PRIVATE, ZERO) + PEER + f"PresharedKey = {ZERO}\n"
    profile = read_profile(text.encode())
    assert profile.interface.private_key is None
    assert profile.peers[0].preshared_key is None


@pytest.mark.parametrize("value", ["off", "0"])
def test_keepalive_of_nothing_is_off(value):
    profile = read_profile(bytes_of(HEAD + PEER + f"PersistentKeepalive = {value}\n"))
    assert profile.peers[0].keepalive_s is None


def test_text_after_a_byte_order_mark_is_read_on():
    codes = [problem.code for problem in errors_of(bytes_of("\ufeff" + HEAD + "MTU = x\n" + PEER))]
    assert codes == ["byte-order-mark", "mtu"]


def test_sections_with_space_inside_are_read_on():
    text = f"[ Interface ]\nMTU = x\n[ Peer ]\nPublicKey = {PUBLIC}\n"
    codes = [problem.code for problem in errors_of(bytes_of(text))]
    assert codes == ["space-in-section", "mtu", "space-in-section"]


@pytest.mark.parametrize(
    ("name", "quoted"),
    [
        ("A" * 8, True),
        ("A" * 9, False),
        ("LpdjfXvaBAghGmPoWvWk", False),
        ("PersistentKeepaliv", True),
        ("PersistentKeep-alive", False),
        ("PersistentKeepaliveXX", False),
        ("abc+123", False),
    ],
)
def test_unknown_name_is_quoted_only_where_it_cannot_be_a_piece_of_a_key(name, quoted):
    (problem,) = errors_of(bytes_of(HEAD + f"{name} = 1\n" + PEER))
    assert (name in problem.text) == quoted


@pytest.mark.parametrize(
    ("lines", "allowed", "removed"),
    [
        (("+10.1.0.0/16, -10.2.0.0/16",), ["10.1.0.0/16"], ["10.2.0.0/16"]),
        # In an incremental list what bears no sign is added.
        (("10.1.0.0/16, +10.2.0.0/16",), ["10.1.0.0/16", "10.2.0.0/16"], []),
        (("10.1.0.0/16, -10.1.0.0/16",), [], ["10.1.0.0/16"]),
        (("-10.1.0.0/16, 10.1.0.0/16",), ["10.1.0.0/16"], []),
        # The last line decides.
        (("10.1.0.0/16", "-10.1.0.0/16"), [], ["10.1.0.0/16"]),
        (("+10.1.0.0/16, -10.2.0.0/16", "10.3.0.0/16"), ["10.1.0.0/16", "10.3.0.0/16"], None),
        (("10.1.0.0/16",), ["10.1.0.0/16"], None),
    ],
)
def test_signs_before_allowed_ips_add_and_take_in_order(lines, allowed, removed):
    lists = "".join(f"AllowedIPs = {line}\n" for line in lines)
    text = f"{HEAD}[Peer]\nPublicKey = {PUBLIC}\n{lists}"
    (peer,) = read_profile(text.encode()).peers
    assert list(map(str, peer.allowed_ips)) == allowed
    assert (None if peer.removed_ips is None else list(map(str, peer.removed_ips))) == removed
    signed = [number for number, line in enumerate(lines, 5) if {"+", "-"} & set(line)]
    warned = [it.line for it in parse(text.encode()).problems if it.code == "incremental"]
    assert warned == signed
    assert read_profile(render_profile(read_profile(text.encode())).encode()).peers == (peer,)


def test_sign_takes_nothing_from_another_peer():
    text = f"{HEAD}{PEER}[Peer]\nPublicKey = {key(7)}\nAllowedIPs = -10.9.0.0/24, +10.8.0.0/16\n"
    one, two = read_profile(text.encode()).peers
    assert one.allowed_ips == (ip_network("10.9.0.0/24"),)
    assert two.allowed_ips == (ip_network("10.8.0.0/16"),)


def test_ipv6_that_a_sign_takes_away_again_needs_no_mtu():
    small = HEAD + "MTU = 1000\n"
    peer = f"[Peer]\nPublicKey = {PUBLIC}\nAllowedIPs = 10.0.0.0/8, fd00::/8"
    assert [it.code for it in errors_of(f"{small}{peer}\n".encode())] == ["mtu-ipv6"]
    assert errors_of(f"{small}{peer}, -fd00::/8\n".encode()) == []


def test_mtu_of_1280_is_enough_for_ipv6():
    text = HEAD + "MTU = 1280\nAddress = fd00::2\n" + PEER + "AllowedIPs = fd00::/64\n"
    assert warnings_of(text) == []


def test_allowed_ips_of_all_peers_together_have_a_limit():
    count, lines = 20_001, [HEAD]
    for first in range(0, count, 500):
        if first % 10_000 == 0:
            lines.append(f"[Peer]\nPublicKey = {key(first // 10_000)}")
        numbers = range(first, min(first + 500, count))
        networks = ",".join(f"{n >> 16}.{n >> 8 & 255}.{n & 255}.1" for n in numbers)
        lines.append(f"AllowedIPs={networks}")
    data = "\n".join(lines).encode()
    assert len(data) < MAX_PROFILE_BYTES
    (problem,) = errors_of(data)
    assert problem.code == "too-many-allowed-ips"
    assert problem.line == data.count(b"\n") + 1  # the last one of all, which stands by itself


def test_repr_of_a_document_shows_no_text():
    assert repr(parse(bytes_of(HEAD))) == "Document(3 lines, 1 problems)"
