"""A sandboxed program's keys, locked with a secret from a portal on a session bus of the test's own."""

import asyncio
import json
import os
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from dbus_next.aio import MessageBus
from dbus_next.message import Message
from dbus_next.signature import Variant

from tests.support.fake_portal import CANCELLED, GRANTED, FakePortal
from tests.support.open_bus import open_bus
from wgdesk.client import portal_safe
from wgdesk.client.portal_safe import PortalSafe
from wgdesk.domain.profile_errors import VaultAbsent, VaultFailed, VaultLocked

KEY = "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk="
TOLD = "as the last time"
SECRET = b"a secret that the desktop keeps for one program"


class SecretPortal(FakePortal):
    """Gives its secret away; serves on a thread, for the safe blocks its own."""

    def __init__(self, secret=SECRET, outcome=GRANTED, token=None):
        results = {} if token is None else {"token": Variant("s", token)}
        super().__init__("Secret", "RetrieveSecret", lambda _: results, outcome)
        self.secret = secret

    def __enter__(self):
        self._address = os.environ["DBUS_SESSION_BUS_ADDRESS"]
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()))
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, *_):
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(10)

    async def _serve(self):
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        self.bus = await MessageBus(bus_address=self._address, negotiate_unix_fd=True).connect()
        self.bus.add_message_handler(self._on_call)
        await self.bus.request_name("org.freedesktop.portal.Desktop")
        self._ready.set()
        await self._over.wait()
        self.bus.disconnect()
        await self.bus.wait_for_disconnect()

    def _on_call(self, message: Message):
        if message.member != self.member:
            return False
        with os.fdopen(message.unix_fds[message.body[0]], "wb") as file:
            file.write(self.secret)
        message.body[0] = ""  # where the others have their window
        return self._on_message(message)


@pytest.fixture(autouse=True)
def place(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setattr(portal_safe, "_known", [])
    with open_bus() as bus:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus.address)
        yield tmp_path / "wgdesk/keys.json"


def another_process():
    """One that has asked nobody yet."""
    portal_safe._known.clear()


def test_a_key_comes_back_in_another_process_and_its_file_tells_nothing(place):
    with SecretPortal() as portal:
        PortalSafe(may_unlock=True).write("one", "wgdesk: home", {}, KEY)
        PortalSafe(may_unlock=True).write("two", "wgdesk: work", {}, "x")
        another_process()
        assert PortalSafe(may_unlock=True).read("one") == KEY
        assert len(portal.asked) == 2  # once in each process
    text = place.read_text()
    assert KEY not in text
    assert place.stat().st_mode & 0o777 == 0o600
    assert set(json.loads(text)["keys"]) == {"one", "two"}


def test_no_key_is_lost_where_several_programs_put_theirs_there_at_once(place):
    names = [f"{program}-{number}" for program in range(4) for number in range(8)]
    with SecretPortal():
        PortalSafe(may_unlock=True).write("first", "", {}, KEY)

    def put(name):
        safe = PortalSafe(may_unlock=True)
        safe.write(f"{name}-gone", "", {}, KEY)
        safe.write(name, "", {}, KEY)
        safe.delete(f"{name}-gone")

    with ThreadPoolExecutor(4) as programs:
        list(programs.map(put, names))
    assert set(json.loads(place.read_text())["keys"]) == {"first", *names}


def test_more_keys_than_anybody_has_are_kept(place):
    with SecretPortal():
        safe = PortalSafe(may_unlock=True)
        safe.write("one", "", {}, KEY)
        document = json.loads(place.read_text())
        document["keys"] |= {f"{number:036}": "x" * 150 for number in range(10_000)}
        place.write_text(json.dumps(document))
        safe.write("two", "", {}, KEY)
        assert (safe.read("one"), safe.read("two")) == (KEY, KEY)


def test_what_is_deleted_is_gone_and_what_was_never_there_is_none(place):
    with SecretPortal():
        safe = PortalSafe(may_unlock=True)
        safe.write("one", "", {}, KEY)
        safe.delete("one")
        safe.delete("one")
        assert safe.read("one") is None
    assert json.loads(place.read_text())["keys"] == {}


def test_another_secret_or_another_place_opens_nothing(place):
    with SecretPortal():
        PortalSafe(may_unlock=True).write("one", "", {}, KEY)
    document = json.loads(place.read_text())
    document["keys"]["two"] = document["keys"]["one"]
    place.write_text(json.dumps(document))
    with pytest.raises(VaultFailed, match="belongs to another key"):
        PortalSafe(may_unlock=True).read("two")
    another_process()
    other = SecretPortal(b"another secret, just as long as the first")
    with other, pytest.raises(VaultFailed, match="does not open"):
        PortalSafe(may_unlock=True).read("one")


def test_nobody_is_asked_where_nobody_waits_for_it(place):
    with SecretPortal() as portal:
        with pytest.raises(VaultLocked):
            PortalSafe(may_unlock=False).write("one", "", {}, KEY)
        assert portal.asked == []
        PortalSafe(may_unlock=True).write("one", "", {}, KEY)
        assert PortalSafe(may_unlock=False).read("one") == KEY  # it is open by now


def test_the_portal_is_told_what_it_wanted_to_be_told(place):
    with SecretPortal(token=TOLD) as portal:
        PortalSafe(may_unlock=True).write("one", "", {}, KEY)
        another_process()
        PortalSafe(may_unlock=True).read("one")
        assert [asked.get("token") for asked in portal.asked] == [None, TOLD]


@pytest.mark.parametrize("how", [{"outcome": CANCELLED}, {"secret": b"short"}, {"secret": b""}])
def test_without_a_secret_nothing_is_kept(place, how):
    with SecretPortal(**how), pytest.raises(VaultAbsent):
        PortalSafe(may_unlock=True).write("one", "", {}, KEY)
    assert not place.exists()


def test_without_a_portal_it_says_so(place):
    with pytest.raises(VaultAbsent, match="the desktop's portal gives this Flatpak no secret"):
        PortalSafe(may_unlock=True).write("one", "", {}, KEY)
