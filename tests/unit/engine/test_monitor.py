import socket
import struct

from wgdesk.engine.attributes import decode_messages, encode_attribute, encode_message
from wgdesk.engine.monitor import RTM_DELLINK, vanished_links

RTM_NEWLINK = 16


def link_message(kind: int, name: bytes, family: int = socket.AF_UNSPEC) -> bytes:
    payload = struct.pack("=BxHiII", family, 1, 7, 0, 0) + encode_attribute(3, name + b"\0")
    return encode_message(kind, 0, 0, payload)


def names(data: bytes) -> list[str]:
    return [name for message in decode_messages(data) for name in vanished_links(message)]


def test_vanished_links_names_deleted_links_only():
    data = link_message(RTM_NEWLINK, b"new") + link_message(RTM_DELLINK, b"gone")
    assert names(data) == ["gone"]


def test_vanished_links_leaves_out_a_port_that_leaves_its_bridge():
    assert names(link_message(RTM_DELLINK, b"port", socket.AF_BRIDGE)) == []


def test_vanished_links_bears_a_message_without_a_link():
    assert names(encode_message(RTM_DELLINK, 0, 0, b"")) == []
