import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.conf_vectors import PRIVATE, PUBLIC, key
from tests.support.odd_profiles import Maker
from wgdesk.domain import fixes
from wgdesk.domain.conf import parse
from wgdesk.domain.fixes import fix_for, mend
from wgdesk.domain.line_edit import apply_edits

TEXT = f"""\
[Interface]
PrivateKey = {PRIVATE}
Address = 10.0.0.2/24

[Peer]
PublicKey = {PUBLIC}
AllowedIPs = 10.1.0.0/16
Endpoint = vpn.example:51820
"""


def fixed(text, code):
    """The label of the fix of the problem of that code, and the text with it."""
    lines = tuple(text.split("\n"))
    (problem,) = [it for it in parse(text.encode()).problems if it.code == code][:1]
    fix = fix_for(lines, problem)
    return (None, text) if fix is None else (fix.label, "\n".join(apply_edits(lines, fix.edits)))


@pytest.mark.parametrize(
    ("old", "new", "code", "label", "after"),
    [
        (
            "[Interface]",
            "\ufeff[Interface]",
            "byte-order-mark",
            "Remove the invisible mark",
            "[Interface]",
        ),
        (
            "[Interface]",
            "[ Interface ] # x",
            "space-in-section",
            "Write [Interface]",
            "[Interface] # x",
        ),
        ("[Peer]", " [Peers]\t", "unknown-section", "Write [Peer]", " [Peer]\t"),
        ("Address =", "Add ress =", "space-in-key", "Write Address", "Address ="),
        ("Address =", "Adress=", "unknown-key", "Write Address", "Address="),
        ("10.1.0.0/16", "10.1.0.0/16,", "empty-element", "Remove the comma", "10.1.0.0/16"),
        (
            "10.1.0.0/16",
            "10.1.0.0/16 10.2.0.0/16",
            "missing-comma",
            "Write commas",
            "10.1.0.0/16, 10.2.0.0/16",
        ),
        ("10.1.0.0/16", "10.1.2.3/16 # x", "host-bits", "Write 10.1.0.0/16", "10.1.0.0/16 # x"),
        (
            "10.1.0.0/16",
            "10.1.0.0/16, 10.1.0.0/16",
            "repeated-allowed-ip",
            "Remove it",
            "10.1.0.0/16",
        ),
        (
            "10.0.0.2/24",
            "10.0.0.2/24, 10.0.0.2/24",
            "duplicate-address",
            "Remove it",
            "10.0.0.2/24",
        ),
        (
            "vpn.example:51820",
            "2001:db8::1:51820",
            "endpoint-brackets",
            "Write brackets",
            "[2001:db8::1]:51820",
        ),
        (
            "vpn.example:51820",
            "https://vpn.example:51820/x",
            "endpoint-url",
            "Write only HOST:PORT",
            "vpn.example:51820",
        ),
        ("10.1.0.0/16", "10.1.0.0/16 ; mine", "semicolon-comment", "Write #", "10.1.0.0/16 # mine"),
        ("[Peer]", "; mine\n[Peer]", "semicolon-comment", "Write #", "# mine\n[Peer]"),
    ],
)
def test_a_click_mends_it(old, new, code, label, after):
    assert fixed(TEXT.replace(old, new), code) == (label, TEXT.replace(old, after))


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("MTU = abc", "mtu"),
        ("MTU", "no-equals"),
        ("MTU =", "no-value"),
        ("ListenPort = 70000", "port-wraps"),
        ("SaveConfig = maybe", "save-config"),
        ("what is this", "not-a-line"),
        ("Bogus = 1", "unknown-key"),
    ],
)
def test_what_means_nothing_can_go(line, code):
    assert fixed(TEXT.replace("Address", f"{line}\nAddress"), code) == ("Remove line", TEXT)


def test_a_line_moves_home():
    moved = TEXT.replace("Endpoint", "MTU = 1400\nEndpoint")
    label, text = fixed(moved, "wrong-section")
    assert label == "Move it to [Interface]"
    assert text == TEXT.replace("10.0.0.2/24\n", "10.0.0.2/24\nMTU = 1400\n")
    assert fixed(TEXT.replace("[Interface]\n", ""), "no-section") == (
        "Write [Interface] above it",
        TEXT,
    )


def test_nothing_is_guessed():
    other = TEXT + f"\n[Peer]\nPublicKey = {key(9)}\n"
    assert fixed(other.replace("Address", "Endpoint = a:1\nAddress"), "wrong-section")[0] is None
    assert fixed(TEXT.replace(PUBLIC, "short"), "key-length")[0] is None


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 10**9))
def test_a_fix_takes_its_problem_away_and_touches_nothing_else(seed):
    text = Maker(seed, quick=True).broken().decode("utf-8", "surrogateescape")
    lines = tuple(text.split("\n"))
    before = parse(text.encode("utf-8", "surrogateescape")).problems
    for problem in before:
        fix = fix_for(lines, problem)
        if fix is None:
            continue
        touched = {number for edit in fix.edits for number in range(edit.first, edit.last)}
        assert touched <= {problem.line - 1}
        after = "\n".join(apply_edits(lines, fix.edits))
        left = parse(after.encode("utf-8", "surrogateescape")).problems
        assert (
            len([it for it in left if it.code == problem.code])
            < len([it for it in before if it.code == problem.code])
            or not left
        ), (problem, text)


# mend


@pytest.mark.parametrize(
    ("content", "changes"),
    [
        (b"\xef\xbb\xbf" + TEXT.encode(), ["byte order mark"]),
        (TEXT.encode("utf-16"), ["UTF-16", "byte order"][:1]),
        (TEXT.replace("[Interface]", "[ Interface ]").encode(), ["name of a section"]),
        (TEXT.replace("\n", "\r").encode(), ["line ends"]),
        (TEXT.replace("Address = ", "Address\u00a0=\u00a0").encode(), ["no-break"]),
    ],
)
def test_what_is_clearly_meant_is_put_right(content, changes):
    mended = mend(content)
    assert mended.content == TEXT.encode()
    assert len(mended.changes) == len(changes)
    assert all(words in said for words, said in zip(changes, mended.changes, strict=True))


def test_several_at_once():
    content = b"\xef\xbb\xbf" + TEXT.replace("[Peer]", "[ Peer]").replace("16", "16,").encode()
    assert mend(content).content == TEXT.encode()
    assert len(mend(content).changes) == 3


@pytest.fixture
def readings(monkeypatch):
    """How long each text was that `mend` had read."""
    lengths = []

    def counting(content, *limit):
        lengths.append(len(content))
        return parse(content, *limit)

    monkeypatch.setattr(fixes, "parse", counting)
    return lengths


def test_ten_thousand_lines_are_mended_in_one_round(readings):
    content = (TEXT + "[Peer]\n" * 10_000).replace("[Peer]", "[ Peer ]").encode()
    mended = mend(content)
    assert b"[ Peer ]" not in mended.content
    assert mended.changes == ("Removed white space from the name of a section.",)
    assert len(readings) == 3  # is it right, what is to be mended, and is there more


def test_a_megabyte_of_wrong_lines_is_given_back_after_one_look(readings):
    content = b"[ Peer ]\n" * (2**20 // 9)
    assert mend(content) == fixes.Mended(content, ())
    assert len(readings) == 2


@pytest.mark.parametrize(
    "content", [b"", b"\0", b"\xff\xfe\0", b"hello", b"PK\x03\x04", b"\xef\xbb\xbf"]
)
def test_what_is_no_profile_is_none_afterwards(content):
    assert parse(mend(content).content).profile is None


def test_a_wrong_value_stays_for_a_person():
    content = TEXT.replace("51820", "70000").encode()
    assert mend(content) == mend(mend(content).content)
    assert mend(content).content == content


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 10**9), st.booleans())
def test_mending_is_done_once_and_leaves_alone_what_is_right(seed, is_right):
    maker = Maker(seed, quick=True)
    content = maker.right() if is_right else maker.broken()
    mended = mend(content)
    assert mend(mended.content).content == mended.content
    if parse(content).profile is not None:
        assert mended.content == content
        assert mended.changes == ()


@given(st.binary(max_size=200))
def test_anything_may_come(content):
    mend(content)
