"""Text from profiles: the writers' order, what is hidden, what a digest depends on."""

import pytest

from tests.support.conf_vectors import PRESHARED, PRIVATE, PUBLIC, key
from wgdesk.domain.conf import read_profile
from wgdesk.domain.render import (
    HIDDEN,
    digest,
    public_digest,
    redacted,
    render_profile,
    text_without_secrets,
)

FULL = f"""\
[Interface]
PrivateKey = {PRIVATE}
ListenPort = 51820
FwMark = 0xca6c
Address = 10.9.0.2/24, fd00::2/64
DNS = 192.0.2.53, corp.example
MTU = 1400
Table = off
PreUp = echo a
PostUp = echo b
PostDown = echo %i = "c"
SaveConfig = true

[Peer]
PublicKey = {PUBLIC}
PresharedKey = {PRESHARED}
AllowedIPs = 10.9.0.0/24, ::/0
Endpoint = vpn.example:51820
PersistentKeepalive = 25

[Peer]
PublicKey = {key(3)}
Endpoint = [2001:db8::1]:51820
"""


def test_render_profile_writes_in_the_usual_order():
    assert render_profile(read_profile(FULL.encode())) == FULL


def test_render_profile_writes_nothing_that_was_not_said():
    assert render_profile(read_profile(b"[Interface]\n")) == "[Interface]\n"


def test_render_profile_splits_long_lists_into_lines_that_are_read_back():
    networks = ", ".join(f"fd00::{number:x}/128" for number in range(1000))
    lists = networks.split(", ")
    lines = "".join(
        f"AllowedIPs = {', '.join(lists[at : at + 90])}\n" for at in range(0, len(lists), 90)
    )
    profile = read_profile(f"[Peer]\nPublicKey = {PUBLIC}\n{lines}".encode())
    text = render_profile(profile)
    assert max(map(len, text.splitlines())) < 8192
    assert read_profile(text.encode()) == profile


def test_signs_are_rendered_and_change_the_digest():
    plain = f"[Interface]\n\n[Peer]\nPublicKey = {PUBLIC}\nAllowedIPs = 10.1.0.0/16\n"
    signed = plain.replace("10.1", "-10.2.0.0/16, +10.1")
    assert render_profile(read_profile(signed.encode())) == signed
    assert digest(read_profile(signed.encode())) != digest(read_profile(plain.encode()))


def test_public_digest_depends_on_everything_but_the_secrets():
    bare = FULL.replace(f"PrivateKey = {PRIVATE}\n", "").replace(
        f"PresharedKey = {PRESHARED}\n", ""
    )
    assert text_without_secrets(read_profile(FULL.encode())) == bare
    first = public_digest(read_profile(FULL.encode()))
    assert first == public_digest(read_profile(bare.encode()))
    assert first != public_digest(read_profile(FULL.replace("25\n", "26\n").encode()))


def test_digest_is_not_changed_by_looks():
    plain = digest(read_profile(FULL.encode()))
    looks = "\n".join(line.replace(" = ", "=", 1) for line in FULL.split("\n"))
    looks = looks.replace("\n\n", " # hello\r\n\n").replace("[Peer]", "\t[PEER]")
    moved = looks.replace("MTU=1400\n", "").replace("DNS=", "MTU=1400\nDns = ")
    assert digest(read_profile(looks.encode())) == plain
    assert digest(read_profile(moved.encode())) == plain
    assert len(plain) == 64


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (PRIVATE, key(50)),
        (PRESHARED, key(51)),
        (PUBLIC, key(52)),
        ("vpn.example:", "vpn.example.org:"),
        ("51820\nPersistent", "51821\nPersistent"),
        ("::/0", "::/1"),
        ("192.0.2.53", "192.0.2.54"),
        ("corp.example", "corp.test"),
        ("echo b", "echo bb"),
        ("PostUp", "PreDown"),
        ("1400", "1401"),
        ("Table = off", "Table = 7"),
        ("0xca6c", "0xca6d"),
        ("= 25", "= 26"),
        ("true", "false"),
        ("10.9.0.2/24", "10.9.0.2/25"),
    ],
)
def test_digest_is_changed_by_everything_that_means_something(old, new):
    changed = FULL.replace(old, new)
    assert changed != FULL
    assert digest(read_profile(changed.encode())) != digest(read_profile(FULL.encode()))


def test_redacted_hides_secrets_and_nothing_else():
    expected = FULL.replace(PRIVATE, HIDDEN).replace(PRESHARED, HIDDEN)
    assert redacted(FULL.encode()) == expected


@pytest.mark.parametrize(
    "line",
    [
        "PrivateKey = {}",
        "privatekey={}",
        "PRESHAREDKEY\t=\t{}",
        "  Private\tKey =  {}",
        "P r e s h a r e d K e y={}",
        "Private\0Key = {}",
        "#PrivateKey = {}",
        "PrivateKey = {} # old {}",
        "PrivateKey={}\r",
        "PrivateKey {}",
        "PrivateKey: {}",
        "PrivateKeyX = {}",
        "PrivatKey = {}",
        "{}",
        "PostUp = echo {} | wg set wg0 private-key /dev/stdin",
        "\ufeffPrivateKey = {}",
        f"PublicKey = {PUBLIC} PrivateKey = {{}}",
        f"PublicKey = {PUBLIC}{{}}",
    ],
)
@pytest.mark.parametrize("secret", [PRIVATE, PRIVATE[:-1], PRIVATE[:41], "ab" * 32])
def test_redacted_hides_a_key_in_every_spelling(line, secret):
    shown = redacted(f"[Interface]\n{line.format(secret, secret)}\nMTU = 1400\n".encode())
    assert secret not in shown
    assert secret[:20] not in shown
    assert HIDDEN in shown
    assert shown.startswith("[Interface]\n")
    assert shown.endswith("\nMTU = 1400\n")


@pytest.mark.parametrize("value", ["abc", "ab cd ef", "secret words"])
def test_redacted_hides_a_value_that_is_no_key_at_all(value):
    assert redacted(f"PrivateKey = {value}".encode()) == f"PrivateKey = {HIDDEN}"


def test_redacted_leaves_long_paths_in_commands_readable():
    line = "PostUp = /usr/local/lib/office-network/routes-for-the-printers-and-scanners up"
    assert redacted(line.encode()) == line


def test_redacted_leaves_a_secret_that_is_missing():
    assert redacted(b"PrivateKey =\nPrivateKey = \r\n") == "PrivateKey =\nPrivateKey = \r\n"


def test_redacted_takes_any_bytes():
    assert redacted(b"# caf\xe9\n") == "# caf\ufffd\n"
