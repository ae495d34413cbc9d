"""Files that are no WireGuard profiles are called by their name."""

import pytest

from tests.support.texts import HOME
from wgdesk.domain.foreign_content import FileKind, find_foreign, has_sections, kind_of

OPENVPN = b"# provider\r\nclient\r\ndev tun\r\nproto udp\r\nremote nl.example.org 1194\r\n"
KEYFILE = b"[connection]\nid=home\ntype=wireguard\n\n[wireguard]\nprivate-key=x\n"
WIFI = b"[connection]\nid=home\ntype=wifi\n\n[wifi]\nssid=x\n"


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (OPENVPN, "an OpenVPN profile"),
        (b"remote 192.0.2.1 443\n<ca>\n-----BEGIN CERTIFICATE-----\n", "an OpenVPN profile"),
        (KEYFILE, "a connection of NetworkManager."),
        (WIFI, "not one of WireGuard"),
        (b'{"outbounds": []}', "a JSON file"),
        (b'[\n {"a": 1}]', "a JSON file"),
        (b"[NetDev]\nName=wg0\nKind=wireguard\n", "systemd-networkd"),
        (b"<!DOCTYPE html><html></html>", "a web page"),
        (b'<?xml version="1.0"?>\n<svg xmlns="x"></svg>', "(SVG)"),
        (b'<?xml version="1.0"?><a/>', "an XML file"),
        (b"-----BEGIN OPENSSH PRIVATE KEY-----\nabc\n", "a key or a certificate"),
        (b"conn home\n  left=1\n", "IPsec"),
        (b"vless://abc@host", "a link for another program"),
        (b"https://example.org/x\n", "an address"),
        (b"\x1f\x8b\x08\0", "only .zip archives"),
        (b"x" * 257 + b"ustar\0", "only .zip archives"),
        (b"PK\x03\x04", "an archive, not a profile"),
        (b"\x89PNG\r\n\x1a\n", "a picture, not a profile"),
        (b"\0\0\0\x18ftypheic", "a picture of a kind that is not read"),
        (b"%PDF-1.7", "a PDF document"),
        (b"\x7fELF\x02", "a program"),
    ],
)
def test_a_file_of_another_kind_is_named(content, part):
    found = find_foreign(content)
    assert found
    assert part in found.why
    assert found.why.startswith("It is a")
    assert found.why.endswith(".")


@pytest.mark.parametrize(
    "content",
    [
        HOME.encode(),
        b"\xef\xbb\xbf[interface]\n",
        b"[ Peer ]\nclient\n",
        b"[Interface\nremote 192.0.2.1 443\n",
        b"words",
        b"",
    ],
)
def test_what_may_have_been_meant_as_a_profile_has_no_other_name(content):
    assert find_foreign(content) is None


def test_only_the_beginning_is_looked_at():
    assert find_foreign(b"#" * (64 << 10) + b"\nclient\n") is None


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"PK\x03\x04", FileKind.ARCHIVE),
        (b"PK\x05\x06", FileKind.ARCHIVE),
        (b"\x89PNG\r\n\x1a\n", FileKind.PICTURE),
        (b"\xff\xd8\xff\xe0", FileKind.PICTURE),
        (b"RIFF\0\0\0\0WEBPVP8 ", FileKind.PICTURE),
        (b"BM\x10\0\0\0\0\0\0\0", FileKind.PICTURE),
        (b"GIF89a", FileKind.PICTURE),
        (b"BMW = fast", FileKind.TEXT),
        (b"RIFF\0\0\0\0WAVE", FileKind.TEXT),
        (HOME.encode(), FileKind.TEXT),
        (b"", FileKind.TEXT),
    ],
)
def test_a_file_is_what_its_first_bytes_say(content, kind):
    assert kind_of(content) is kind


def test_a_text_without_sections_was_not_meant_as_a_profile():
    assert has_sections(HOME)
    assert has_sections("  [ PEER ]")
    assert not has_sections("see [Interface] below")
    assert not has_sections("https://example.org")
