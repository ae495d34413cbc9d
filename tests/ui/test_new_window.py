"""New tunnels: an empty one, a server of one's own, a demo; by keys, and nothing is connected."""

import socket

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.support.demo_server import demo_server
from tests.support.imports import a_library
from wgdesk.domain.conf import parse, read_profile
from wgdesk.domain.profile_errors import ProfileNotWritten
from wgdesk.ui.windows.new_window import DEMO, SERVER, NewWindow


class Opened:
    def __init__(self):
        self.edited, self.exported = [], []

    def edit(self, name):
        self.edited.append(name)

    def export(self, names):
        self.exported.append(names)


@pytest.fixture
def opened():
    return Opened()


@pytest.fixture
def library(tmp_path):
    return a_library(tmp_path, {})


@pytest.fixture
def window(qtbot, make_desktop, library, opened):
    made = make_desktop()
    window = NewWindow(made.bridge, made.switchboard, library, opened)
    window.made = made
    qtbot.addWidget(window)
    window.show()
    yield window
    assert not [call for call in made.backend.calls if call[0] in ("up", "sync", "down")]


def files(library):
    return {it.name: it.read() for it in library.store.list()}


def test_an_empty_one_opens_in_the_editor(window, library, opened):
    QTest.keyClicks(window.empty.name.text, "My tunnel")
    QTest.mouseClick(window.make, Qt.MouseButton.LeftButton)
    window.made.wait_until(lambda: bool(opened.edited), "the editor")
    assert opened.edited == ["my-tunnel"]
    assert read_profile(files(library)["my-tunnel"]).interface.private_key is not None
    assert not window.isVisible()


def test_a_name_is_asked_for_in_its_place(window, library):
    window._on_make()
    assert window.empty.name._error.text() == "A profile needs a name."
    assert window.empty.name.text.hasFocus()
    assert files(library) == {}


def test_both_ends_of_a_server(window, library, opened):
    window.show_page(SERVER)
    QTest.keyClicks(window.server.name.text, "Home")
    QTest.keyClicks(window.server._host.text, "vpn.example.org")
    window._on_make()
    window.made.wait_until(lambda: window.question.text() != "", "both ends")
    found = files(library)
    assert sorted(found) == ["home-laptop", "home-phone", "home-server"]
    assert all(parse(content).problems == () for content in found.values())
    for button in window.question._buttons:
        if button.text().startswith("Export the devices"):
            button.click()
    assert opened.exported == [("home-phone", "home-laptop")]


def test_the_servers_commands_are_there_to_read(window):
    window.show_page(SERVER)
    shown = window.server._commands.text()
    assert "sysctl -w net.ipv4.ip_forward=1" in shown
    assert "ip saddr 10.66.66.0/24" in shown
    window.server._network.text.clear()
    QTest.keyClicks(window.server._network.text, "10.1.0.0/24")
    assert "ip saddr 10.1.0.0/24" in window.server._commands.text()


@pytest.mark.parametrize(
    ("field", "text", "error"),
    [
        ("_host", "", "A host name or an address is missing."),
        ("_host", "vpn example", "This is neither an address nor a host name."),
        ("_host", "vpn.example:443", "The port does not belong here. Write it by itself."),
        ("_host", "münchen.de", "This is neither an address nor a host name. Write the name in"),
        ("_port", "70000", "A port is a number from 1 to 65535."),
        ("_network", "nonsense", "A network must look like 192.168.1.0/24 or fd00::/64."),
        ("_network", "fd00::/64", "This is not an IPv4 network."),
        ("_network6", "10.0.0.0/24", "This is not an IPv6 network."),
        ("_only", "nonsense", "A network must look like 192.168.1.0/24 or fd00::/64."),
        ("_only", "0.0.0.0/0", "All traffic goes through it while nothing stands here."),
        ("_dns", "dns.example", "A DNS server must be an IP address, without a port."),
        ("_devices", "", "Such a server cannot be: it can have 1 to 250 devices."),
    ],
)
def test_what_is_wrong_is_said_under_its_field(window, library, field, text, error):
    window.show_page(SERVER)
    page = window.server
    page.name.text.setText("Home")
    page._host.text.setText("vpn.example.org")
    wrong = getattr(page, field)
    is_list = field in ("_only", "_devices", "_dns")
    (wrong.text.setPlainText if is_list else wrong.text.setText)(text)
    window._on_make()
    assert wrong._error.text().startswith(error)
    assert [it.label for it in page._fields if it.is_wrong] == [wrong.label]
    assert window.focusWidget() is wrong.text
    assert files(library) == {}


def test_return_in_a_field_makes_it_and_only_once(window, library):
    window.show_page(SERVER)
    page = window.server
    QTest.keyClicks(page.name.text, "Home")
    QTest.keyClicks(page._host.text, "vpn.example.org")
    QTest.keyClick(page._host.text, Qt.Key.Key_Return)
    window.made.wait_until(lambda: window.question.text() != "", "both ends")
    QTest.keyClick(page._host.text, Qt.Key.Key_Return)
    assert not window.make.isEnabled()
    QTest.keyClicks(page.name.text, " 2")
    assert window.make.isEnabled()
    assert len(files(library)) == 3


def test_both_ends_are_given_away_one_after_the_other(window, opened):
    window.show_page(SERVER)
    window.server.name.text.setText("Home")
    window.server._host.text.setText("vpn.example.org")
    window._on_make()
    window.made.wait_until(lambda: window.question.text() != "", "both ends")
    for text in ("Export the server's…", "Export the devices'…"):
        button = next(it for it in window.question._buttons if it.text() == text)
        assert button.isVisible()
        button.click()
    assert opened.exported == [("home-server",), ("home-phone", "home-laptop")]


def test_a_server_with_ipv6_hides_both(window, library):
    window.show_page(SERVER)
    page = window.server
    page.name.text.setText("Home")
    page._host.text.setText("2001:db8::1")
    QTest.keyClicks(page._network6.text, "fd66::/64")
    assert "ip6 saddr fd66::/64" in page._commands.text()
    window._on_make()
    window.made.wait_until(lambda: window.question.text() != "", "both ends")
    interface = read_profile(files(library)["home-server"]).interface
    assert [str(it) for it in interface.addresses] == ["10.66.66.1/24", "fd66::1/64"]


def test_what_cannot_be_written_leaves_nothing(window, library, monkeypatch):
    create = type(library).create

    def fail(self, title, content):
        if "Laptop" in title:
            raise ProfileNotWritten("laptop.conf", "no space left on device")
        return create(self, title, content)

    monkeypatch.setattr(type(library), "create", fail)
    window.show_page(SERVER)
    window.server.name.text.setText("Home")
    window.server._host.text.setText("vpn.example.org")
    window._on_make()
    window.made.wait_until(lambda: window._trouble.text() != "", "the reason")
    assert "no space left on device" in window._trouble.text()
    assert files(library) == {}
    assert window.make.isEnabled()


@pytest.fixture
def demo():
    with demo_server() as made:
        yield made


def ask_demo(window, port):
    window.show_page(DEMO)
    window.demo._host.text.setText("127.0.0.1")
    window.demo._port.text.setText(str(port))
    window._on_make()


def test_a_place_on_a_demo_server(window, library, demo):
    ask_demo(window, demo.port)
    window.made.wait_until(lambda: "gave a place" in window.question.text(), "a place")
    assert read_profile(files(library)["Demo"]).peers[0].public_key == demo.public_key


def test_a_server_that_is_not_there_is_told_and_can_be_asked_again(window, library):
    ask_demo(window, 1)
    window.made.wait_until(lambda: window._trouble.text() != "", "the reason")
    assert "does not answer at TCP port 1" in window._trouble.text()
    assert window.make.isEnabled()
    assert files(library) == {}


@pytest.fixture
def silent_server():
    """Takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_server_that_says_nothing_is_given_up_by_escape(window, library, silent_server):
    ask_demo(window, silent_server)
    assert "Asking the server" in window.question.text()
    assert window._close.text() == "Cancel"
    assert not window.make.isEnabled()
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert window.isVisible()
    assert window.question.text() == ""
    assert window._close.text() == "Close"
    assert window.make.isEnabled()
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert not window.isVisible()
    assert files(library) == {}


def test_an_answer_for_a_window_that_is_gone_is_for_nobody(window, library, demo):
    ask_demo(window, demo.port)
    window._under_way.result(5)
    window.made.tell(lambda: None)  # and the answer has been sent across
    window.close()
    QApplication.processEvents()
    assert window._under_way is None
    assert window.question.text() == ""
    assert files(library) == {}
