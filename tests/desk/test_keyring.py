"""A real Secret Service: keys go in and come out, locked, absent, and a tunnel really comes up."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.labs.desk import Desk
from tests.labs.fixtures import require
from tests.labs.keyring import PASSWORD, PROMPT, lock_keyring, missing, start_keyring
from wgdesk.sandbox import network, profiles
from wgdesk.sandbox.world import World

ROOT = Path(__file__).resolve().parents[2]
WGDESK = (sys.executable, "-m", "wgdesk")
KEEP = """
import sys
from wgdesk.client.secrets import Vault
from wgdesk.domain.keys import PrivateKey
from wgdesk.domain.secret_lines import PRIVATE_KEY, Reference, Secret
vault, reference = Vault(may_unlock=sys.argv[1] == "ask"), Reference("0" * 8 + "-0000" * 3 + "-" + "0" * 12, PRIVATE_KEY)
"""
STORE_AND_READ = (
    KEEP
    + """
key = PrivateKey.generate()
vault.check()
vault.store(Secret(reference, key.base64(), str(key.public())), "home")
print(vault.read(reference) == key.base64(), key.public())
"""
)
READ = (
    KEEP
    + """
try:
    print(len(vault.read(reference)))
except Exception as error:
    print(type(error).__name__)
"""
)
DELETE = KEEP + "vault.delete(reference); vault.delete(reference)"
LOOK = """
import secretstorage
collection = secretstorage.get_default_collection(secretstorage.dbus_init())
for item in collection.get_all_items():
    print(item.get_label(), item.get_attributes())
"""


@pytest.fixture
def keyring(desk) -> Desk:
    require("desk", missing())
    start_keyring(desk)
    return desk


def python(desk: Desk, code: str, *words: str) -> str:
    argv = ("env", f"PYTHONPATH={ROOT}", sys.executable, "-c", code, *(words or ("ask",)))
    return desk.run(*argv).strip()


def test_a_key_goes_in_and_comes_out(keyring):
    same, public_key = python(keyring, STORE_AND_READ).split()
    assert same == "True"
    items = python(keyring, LOOK).splitlines()
    assert len(items) == 1  # the check has left nothing
    assert items[0].startswith("wgdesk: home private key {")
    for fact in ("'app': 'wgdesk'", "'field': 'PrivateKey'", f"'pubkey': '{public_key}'"):
        assert fact in items[0]
    python(keyring, DELETE)
    assert python(keyring, LOOK) == ""
    assert python(keyring, READ) == "SecretMissing"


def test_nobody_is_asked_behind_their_back(keyring):
    python(keyring, STORE_AND_READ)
    lock_keyring(keyring)
    assert python(keyring, READ, "quietly") == "VaultLocked"
    assert keyring.find_window(PROMPT) is None


def test_without_one_it_says_so(desk):
    desk.env["DBUS_SESSION_BUS_ADDRESS"] = "unix:path=/nowhere"
    assert python(desk, READ) == "VaultAbsent"


class Place:
    """A desk with a keyring, and a world whose user sits at it."""

    def __init__(self, desk: Desk, world: World) -> None:
        self.desk, self.world = desk, world
        self.env = {**world.own_env, "PYTHONPATH": str(ROOT)}

    def wgdesk(self, *words: str) -> tuple[int, str]:
        process = self.start(*words)
        out, _ = process.communicate(timeout=60)
        return process.returncode, out

    def start(self, *words: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            (*self.desk.prefix, *WGDESK, *words),
            env={**self.desk.env, **self.env},
            cwd=self.desk.home,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def came_through(self) -> bool:
        return profiles.address_of("home") in self.world.fetch(network.INTERNET_PAGE)

    def on_disk(self, key: str) -> list[Path]:
        files = [path for path in self.world.layout.home_dir.rglob("*") if path.is_file()]
        return [path for path in files if key.encode() in path.read_bytes()]


@pytest.fixture
def place(keyring, fresh_world) -> Place:
    return Place(keyring, fresh_world)


def test_a_tunnel_comes_up_with_a_key_from_the_keyring(place, tmp_path):
    path = place.world.profiles_dir / "home.conf"
    before = path.read_bytes()
    key = before.split(b"PrivateKey = ")[1].split(b"\n")[0].strip().decode()
    assert place.on_disk(key) == [path]
    assert place.wgdesk("keyring", "on", "home")[0] == 0
    assert place.on_disk(key) == []

    code, out = place.wgdesk("up", "home", "--wait")
    assert code == 0, out
    assert place.came_through()
    assert place.on_disk(key) == []
    assert place.wgdesk("down", "home")[0] == 0

    # Locked, the desktop asks; who says no has no tunnel, and who types the password has one.
    lock_keyring(place.desk)
    asking = place.start("up", "home")
    place.desk.wait_for_window(PROMPT)
    place.desk.screenshot(tmp_path / "prompt.png")
    place.desk.key("Escape")
    out, _ = asking.communicate(timeout=60)
    assert asking.returncode == 1
    assert "its keys are in the keyring, which is locked" in out
    assert not place.came_through()

    asking = place.start("up", "home", "--wait")
    place.desk.wait_for_window(PROMPT)
    place.desk.type(PASSWORD)
    place.desk.key("Return")
    out, _ = asking.communicate(timeout=60)
    assert asking.returncode == 0, out
    assert place.came_through()

    assert place.wgdesk("keyring", "off", "home")[0] == 0
    assert path.read_bytes() == before
    assert python(place.desk, LOOK) == ""
