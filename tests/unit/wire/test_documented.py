"""What scripts may meet in an answer, or may say in a call, stands in the pages for them."""

from pathlib import Path

import pytest

from tests.support.scenes import connected_home
from wgdesk.domain.dns import DnsState
from wgdesk.domain.finding import Finding
from wgdesk.domain.health import Health, Light
from wgdesk.domain.log_line import LogKind, LogLine, LogPage
from wgdesk.domain.snapshot import Lifecycle, MachineSnapshot
from wgdesk.wire import codec, log_codec, options

DOCS = Path(__file__).parents[3] / "docs"


@pytest.fixture(scope="module")
def pages():
    return {name: (DOCS / name).read_text() for name in ("bus.md", "cli.md")}


@pytest.mark.parametrize(
    "members", [codec.tunnel_json(connected_home()), codec.machine_json(MachineSnapshot())]
)
def test_every_member_of_an_answer_is_in_both_pages(pages, members):
    assert [it for it in members if f"`{it}`" not in pages["bus.md"]] == []
    assert [it for it in members if f'"{it}":' not in pages["cli.md"]] == []


@pytest.mark.parametrize("page", ["bus.md", "cli.md"])
def test_every_state_is_told(pages, page):
    assert [it for it in Lifecycle if f"`{it}`" not in pages[page]] == []


@pytest.mark.parametrize("words", [Light, DnsState])
def test_every_word_of_the_command_lines_json_is_told(pages, words):
    assert [it for it in words if f"`{it}`" not in pages["cli.md"]] == []


def test_every_finding_is_told(pages):
    page = (DOCS / "silence.md").read_text()
    assert [
        it for it in Finding if f"| `{it}` |" not in page or f"`{it}`" not in pages["bus.md"]
    ] == []


@pytest.mark.parametrize("page", ["bus.md", "cli.md"])
def test_every_kind_of_line_is_told(pages, page):
    assert [it for it in LogKind if f"`{it}`" not in pages[page]] == []


def test_every_member_of_a_line_is_told(pages):
    line = LogLine(number=1, at_unix_ms=1, tunnel="home", kind=LogKind.DONE, text="")
    members = [*log_codec.line_json(line), *log_codec.page_json(LogPage((), "", 0))]
    assert [it for it in members if f"`{it}`" not in pages["bus.md"]] == []
    assert [it for it in members if f'"{it}":' not in pages["cli.md"]] == []


def test_every_option_of_a_call_is_told(pages):
    found = [options.ALLOW_LAN, options.DNS, options.HOOKS, options.IPV6]
    assert [it for it in found if f"`{it}` is `" not in pages["bus.md"]] == []


def test_every_state_that_a_person_sees_is_told():
    page = (DOCS / "window.md").read_text()
    told = page[page.index("| state |") :].partition("\n\n")[0]
    assert [it for it in Light if Health(it).text not in told] == []
