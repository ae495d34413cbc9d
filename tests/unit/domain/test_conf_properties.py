"""What holds for every text and every profile, tried with made-up ones."""

import base64
import sys
from ipaddress import (
    IPv4Address,
    IPv4Interface,
    IPv4Network,
    IPv6Address,
    IPv6Interface,
    IPv6Network,
)
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.conf_vectors import VALUES
from tests.support.odd_profiles import Maker
from wgdesk.domain.conf import parse, read_profile
from wgdesk.domain.errors import InvalidProfile
from wgdesk.domain.keys import PresharedKey, PrivateKey, PublicKey
from wgdesk.domain.profile import (
    Endpoint,
    Hook,
    HookKind,
    Interface,
    Peer,
    Profile,
    Table,
    TableMode,
)
from wgdesk.domain.render import digest, redacted, render_profile

KEY = st.binary(min_size=32, max_size=32).filter(any)
U16 = st.integers(1, 65535)
V4 = st.integers(0x0A000001, 0x0AFFFFFE)
V6 = st.integers(0xFD << 120, (0xFD << 120) + (1 << 90))
WORD = st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=12)
NAME = st.lists(WORD.filter(lambda word: not word.isdigit() and word[0] != "0"), min_size=1).map(
    ".".join
)
ADDRESS = st.one_of(
    st.builds(lambda ip, bits: IPv4Interface((ip, bits)), V4, st.integers(0, 32)),
    st.builds(lambda ip, bits: IPv6Interface((ip, bits)), V6, st.integers(0, 128)),
)
NETWORK = st.one_of(
    st.builds(lambda ip, bits: IPv4Network((ip, bits), strict=False), V4, st.integers(0, 32)),
    st.builds(lambda ip, bits: IPv6Network((ip, bits), strict=False), V6, st.integers(0, 128)),
)
HOST = st.one_of(
    V4.map(lambda ip: str(IPv4Address(ip))), V6.map(lambda ip: str(IPv6Address(ip))), NAME
)
# By number: hypothesis's own characters begin with a second of work on Unicode's tables.
CHARACTER = st.one_of(st.integers(0, 0xD7FF), st.integers(0xE000, sys.maxunicode)).map(chr)
VISIBLE = st.one_of(st.integers(0x21, 0x2FFF).map(chr), st.sampled_from("漢😀")).filter(
    str.isprintable
)
COMMAND = st.lists(VISIBLE, min_size=1, max_size=30).map("".join)
TABLE = st.one_of(
    st.just(Table()),
    st.just(Table(TableMode.OFF)),
    st.integers(256, 2**32 - 1).map(lambda number: Table(TableMode.NUMBER, number)),
)
INTERFACE = st.builds(
    Interface,
    private_key=st.none() | st.builds(PrivateKey, KEY),
    listen_port=st.none() | st.integers(0, 65535),
    fwmark=st.none() | st.integers(0, 2**32 - 1),
    addresses=st.lists(ADDRESS, max_size=5, unique_by=lambda item: item.ip).map(tuple),
    dns_servers=st.lists(st.one_of(V4.map(IPv4Address), V6.map(IPv6Address)), max_size=8).map(
        tuple
    ),
    dns_search=st.lists(NAME.filter(lambda name: len(name) < 60), max_size=4).map(tuple),
    mtu=st.none() | st.integers(1280, 65535),
    table=TABLE,
    hooks=st.lists(st.builds(Hook, st.sampled_from(HookKind), COMMAND), max_size=4).map(tuple),
    save_config=st.booleans(),
)
PEER = st.builds(
    Peer,
    public_key=st.builds(PublicKey, KEY),
    preshared_key=st.none() | st.builds(PresharedKey, KEY),
    endpoint=st.none() | st.builds(Endpoint, HOST, U16),
    allowed_ips=st.lists(NETWORK, max_size=5, unique=True).map(tuple),
    keepalive_s=st.none() | U16,
)
PROFILE = st.builds(
    Profile,
    interface=INTERFACE,
    peers=st.lists(PEER, max_size=3, unique_by=lambda peer: peer.public_key).map(tuple),
)
LINE = st.one_of(
    st.sampled_from(["[Interface]", "[Peer]", "[ Peer ]", "", "# c", "\ufeff", "PublicKey", "\r"]),
    st.builds(
        lambda row, joint: f"{row[0]}{joint}{row[1]}",
        st.sampled_from([(name, value) for name, rows in VALUES.items() for value, _ in rows]),
        st.sampled_from(["=", " = ", "\t=\v", " ", "=="]),
    ),
    # What line ends and ends of strings of other worlds do in the middle of a line.
    st.sampled_from(
        ["# \0", "MTU = 14\r00", "[Peer]\rMTU = 1", "MTU\x85= 1", "\u2028[Peer]", "\f"]
    ),
    st.lists(CHARACTER, max_size=20).map("".join),
)
NEAR_PROFILE = st.lists(LINE, max_size=12).map(
    lambda lines: "\n".join(lines).encode("utf-8", "surrogateescape")
)


@settings(max_examples=60)
@given(st.binary(max_size=300))
def test_any_bytes_come_out_as_they_went_in(data):
    document = parse(data)
    assert document.render() == data
    redacted(data)


@settings(max_examples=40)
@given(st.lists(CHARACTER, max_size=200).map("".join))
def test_any_text_comes_out_as_it_went_in(text):
    data = text.encode("utf-8", "surrogatepass")
    assert parse(data).render() == data


@given(NEAR_PROFILE)
def test_a_text_has_a_profile_or_an_error_and_problems_lie_inside_it(data):
    document = parse(data)
    assert document.render() == data
    for problem in document.problems:
        assert 1 <= problem.line <= len(document.lines)
        assert 1 <= problem.column <= len(document.lines[problem.line - 1]) + 1
        assert problem.length >= 1
        assert "\n" not in problem.text + problem.fix
    profile = document.profile
    if profile is None:
        with pytest.raises(InvalidProfile, match="line"):
            read_profile(data)
    else:
        assert read_profile(data) == profile
        assert read_profile(render_profile(profile).encode()) == profile


@given(NEAR_PROFILE)
def test_nothing_is_told_to_be_missing_beside_an_error(data):
    """It may be missing only because of the error."""
    document = parse(data)
    told = {problem.code for problem in document.problems}
    if document.profile is None:
        assert told.isdisjoint({"no-private-key", "no-peers", "no-allowed-ips"})


@given(st.lists(st.sampled_from(["a", "\n", "\u00e9", "\r", "\0"]), max_size=12).map("".join))
def test_a_zero_byte_is_pointed_at(text):
    document = parse(text.encode())
    (first, *_) = document.problems
    assert (first.code == "binary") == ("\0" in text)
    if first.code == "binary":
        assert document.lines[first.line - 1][first.column - 1] == "\0"


@settings(max_examples=60)
@given(PROFILE)
def test_a_rendered_profile_is_read_back_as_it_was(profile):
    text = render_profile(profile)
    again = read_profile(text.encode())
    assert again == profile
    assert render_profile(again) == text
    assert digest(again) == digest(profile)


def random_key(random: Random) -> str:
    return base64.b64encode(random.randbytes(32)).decode()


WAYS_TO_WRITE_A_SECRET = (
    "PrivateKey = {}",
    "PresharedKey={}",
    "  pRIVATEkEY\t=\v{} # mine",
    "Private Key = {}",
    "Pre shared Key = {}",
    "# PrivateKey = {}",
    "PrivateKey: {}",
    "PrivateKey {}",
    "PrivteKey = {}",
    "{}",
    "= {}",
    "AllowedIPs = {}",
    "Endpoint = {}:1",
    "Address = {}",
    "DNS = {}",
    "Table = {}",
    "MTU = {}",
    "ListenPort = {}",
    "[{}]",
    "\ufeffPrivateKey = {}",
    "PublicKey = x # PrivateKey = {}",
    "PostUp = wg set %i private-key <(echo {})",
)


def test_ten_thousand_keys_never_appear_in_problems_or_in_the_redacted_text():
    random = Random(7)  # noqa: S311  # no secrets: the same seed, the same keys
    for number in range(10_000):
        secret = random_key(random)
        way = WAYS_TO_WRITE_A_SECRET[number % len(WAYS_TO_WRITE_A_SECRET)]
        section = random.choice(("[Interface]", "[Peer]", ""))
        text = f"{section}\n{way.format(damaged(secret, random))}\n".encode()
        document = parse(text)
        told = f"{document.problems}{redacted(text)}{document!r}"
        assert not has_part(secret, told), text


def damaged(secret: str, random: Random) -> str:
    """The key as it is, or as people break it."""
    return random.choice(
        (
            secret,
            secret[:-1],
            secret + "=",
            secret.replace("/", "_").replace("+", "-"),
            secret[:-2] + "9=",
        )
    )


def has_part(secret: str, told: str) -> bool:
    """Whether any dozen letters of the key in a row have been told."""
    return any(secret[at : at + 12] in told for at in range(30))


def test_whole_profiles_never_tell_their_secrets():
    maker = Maker(11, quick=True)
    for _ in range(300):
        text = maker.broken()
        document = parse(text)
        told = f"{document!r}{document.problems}{document.profile}{redacted(text)}"
        for line in text.decode("utf-8", "replace").splitlines():
            name, _, value = line.partition("=")
            if name.strip().lower() in ("privatekey", "presharedkey") and len(value) > 44:
                assert value.strip()[:43] not in told
