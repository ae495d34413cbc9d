import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.support.conf_vectors import PRIVATE, PUBLIC
from wgdesk.domain.conf_lexer import INTERFACE, PEER, SPACE
from wgdesk.domain.tokens import TokenKind, section_after, tokens


def pieces(line, section=INTERFACE):
    return [(line[it.start : it.start + it.length], it.kind.value) for it in tokens(line, section)]


@pytest.mark.parametrize(
    ("line", "section", "wanted"),
    [
        ("", "", []),
        ("  ", "", []),
        (" [Interface] # mine", "", [("[Interface]", "section"), ("# mine", "comment")]),
        ("[ peer ]", "", [("[ peer ]", "section")]),
        ("[Peers]", "", [("[Peers]", "unknown")]),
        ("# all", "", [("# all", "comment")]),
        (
            "MTU = 1400 # x",
            INTERFACE,
            [("MTU", "key"), ("=", "punctuation"), ("1400", "number"), ("# x", "comment")],
        ),
        ("MTU = abc", INTERFACE, [("MTU", "key"), ("=", "punctuation"), ("abc", "word")]),
        ("MTU = 1", PEER, [("MTU", "unknown"), ("=", "punctuation"), ("1", "number")]),
        ("Bogus = 1", INTERFACE, [("Bogus", "unknown"), ("=", "punctuation"), ("1", "word")]),
        ("MTU", INTERFACE, [("MTU", "unknown")]),
        ("MTU=", INTERFACE, [("MTU", "key"), ("=", "punctuation")]),
        (
            "Endpoint = [2001:db8::1]:51820",
            PEER,
            [
                ("Endpoint", "key"),
                ("=", "punctuation"),
                ("[2001:db8::1]", "host"),
                (":", "punctuation"),
                ("51820", "number"),
            ],
        ),
        ("Endpoint = vpn", PEER, [("Endpoint", "key"), ("=", "punctuation"), ("vpn", "host")]),
        (
            "DNS=1.1.1.1, corp.example",
            INTERFACE,
            [
                ("DNS", "key"),
                ("=", "punctuation"),
                ("1.1.1.1", "address"),
                (",", "punctuation"),
                ("corp.example", "word"),
            ],
        ),
        (
            "AllowedIPs = +10.0.0.0/8",
            PEER,
            [("AllowedIPs", "key"), ("=", "punctuation"), ("+10.0.0.0/8", "address")],
        ),
        (
            "PostUp = a # b; c",
            INTERFACE,
            [("PostUp", "key"), ("=", "punctuation"), ("a # b; c", "command")],
        ),
        (
            f"PublicKey = {PUBLIC}",
            PEER,
            [("PublicKey", "key"), ("=", "punctuation"), (PUBLIC, "public-key")],
        ),
    ],
)
def test_pieces(line, section, wanted):
    assert pieces(line, section) == wanted


@pytest.mark.parametrize(
    "line",
    [
        f"PrivateKey = {PRIVATE}",
        f"privatekey={PRIVATE}",
        f"  Private Key\t=\t{PRIVATE}  # mine",
        f"PrivatKey = {PRIVATE}",
        f"PresharedKey = {PRIVATE}",
        f"#PrivateKey = {PRIVATE}",
        f"# old: private key: {PRIVATE} since May",
        f"PrivateKey {PRIVATE}",
        f"PostUp = echo PrivateKey={PRIVATE} > x",
        f"PrivateKey = {PRIVATE[:9]}",
        f"PostUp = wg set %i private-key <(echo {PRIVATE})",
        f"# {PRIVATE}",
        f"{PRIVATE}",
    ],
)
def test_a_secret_is_one_token_wherever_it_stands(line):
    for section in (INTERFACE, PEER, ""):
        secrets = [text for text, kind in pieces(line, section) if kind == "secret"]
        assert len(secrets) == 1
        assert PRIVATE.startswith(secrets[0])
        assert PRIVATE[:9] not in line.replace(secrets[0], "")


@given(
    st.text(
        alphabet=st.sampled_from(
            "[]Interfac Peer=#,:.0129/+-\t\r\v\u00a0äPrivateKyDNSMTU\ufeff;\"'"
        )
    ),
    st.sampled_from(["", INTERFACE, PEER]),
)
@example("=\u00a0", "")  # a no-break space is no white space to wg, but part of a value
@example("PrivateKey =\u00a0", INTERFACE)
def test_tokens_are_in_order_and_apart(line, section):
    at = 0
    for token in tokens(line, section):
        assert token.start >= at
        assert token.length >= 1
        at = token.start + token.length
        assert line[token.start : at].strip(SPACE) or token.kind in (
            TokenKind.COMMENT,
            TokenKind.COMMAND,
            TokenKind.UNKNOWN,
        )
    assert at <= len(line)
    assert section_after(line, section) in ("", INTERFACE, PEER)


@given(
    st.sampled_from(["PrivateKey", "presharedKEY"]),
    st.text(alphabet=st.sampled_from("abcXYZ019+/= "), min_size=1),
)
def test_whatever_is_typed_behind_a_secret_key_is_secret(name, value):
    line = f"{name} = {value}"
    shown = "".join(text for text, kind in pieces(line, INTERFACE) if kind != "secret")
    assert shown == f"{name}="


@pytest.mark.parametrize(
    ("line", "before", "after"),
    [
        ("[Peer]", INTERFACE, PEER),
        (" [interface] # x", "", INTERFACE),
        ("[x]", PEER, ""),
        ("MTU = [", PEER, PEER),
        ("#[Peer]", INTERFACE, INTERFACE),
        ("", PEER, PEER),
    ],
)
def test_sections(line, before, after):
    assert section_after(line, before) == after


def test_white_space_without_end_is_no_work_without_end():
    """Trying each length of it against each would take minutes."""
    for line in (f"# privatekey{' ' * 60_000}#", f"# private{' ' * 60_000}#", " " * 60_000 + "="):
        tokens(line, INTERFACE)
