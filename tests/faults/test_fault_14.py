"""Bytes that are no text, or not the usual one: each refused with its line, or taken as it is."""

import pytest

from tests.support.bad_input import BAD_TEXTS
from tests.support.fault_door import told
from tests.support.private_bus import HOME
from tests.support.started_helper import until_served
from wgdesk.domain.conf import parse

REFUSED = (
    "zero-byte",
    "zero-byte-in-comment",
    "not-utf-8",
    "not-utf-8-in-command",
    "utf-16",
    "carriage-return-alone",
    "form-feed",
    # As wg does, for what is accepted here works there; the remedy is one click.
    "byte-order-mark",
)
ACCEPTED = {
    "CRLF": HOME.replace(b"\n", b"\r\n"),
    "bad UTF-8 in a comment": HOME + b"# caf\xe9\n",
    "form feed at the end of a line": HOME.replace(b"\n", b"\f\n"),
}


@pytest.fixture
async def client(private_bus, start, join):
    start()
    client = await join()
    await until_served(client)
    return client


async def test_fault_14_what_is_no_text_is_refused_with_its_line(client, record):
    rows = {row.name: row for row in BAD_TEXTS}
    for name in REFUSED:
        row = rows[name]
        assert await told(client, "Up", "home", row.content) == ("InvalidProfile", row.says)
        assert row.says.startswith("line ")
    record(f"{len(REFUSED)} kinds refused with line and column")


async def test_fault_14_line_ends_and_comments_are_taken_and_kept(client, record):
    for content in ACCEPTED.values():
        assert await told(client, "Check", "home", content) == ("", "")
        document = parse(content)
        assert document.profile == parse(HOME).profile
        assert document.render() == content
    record(f"{len(ACCEPTED)} kinds accepted and kept byte for byte")
