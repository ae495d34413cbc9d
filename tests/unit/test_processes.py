"""Which libraries each process loads: root no Qt and no secrets, the user nothing of root's."""

import subprocess
import sys

import pytest

TELL_LOADED = """
import importlib, sys
for name in {modules!r}:
    importlib.import_module(name)
loaded = sorted(set({unwanted!r}) & set(sys.modules))
print(" ".join(loaded))
"""

# What a process loads only when it needs it counts too.
CLIENT_MODULES = (
    "wgdesk.client.folder_events",
    "wgdesk.client.chosen_backend",
    "wgdesk.client.helper_backend",
    "wgdesk.client.networkmanager_backend",
    "wgdesk.client.notify",
    "wgdesk.client.store",
)
HELPER_MODULES = ("wgdesk.helper.main", "wgdesk.engine.this_machine")
CLI_MODULES = (
    "wgdesk.cli.main",
    "wgdesk.cli.documents",
    "wgdesk.cli.keys",
    "wgdesk.cli.listing",
    "wgdesk.cli.tunnels",
    "wgdesk.client.chosen_backend",
    "wgdesk.client.helper_backend",
    "wgdesk.client.knock",
    "wgdesk.client.networkmanager_backend",
)


def loaded_by(modules: tuple[str, ...], unwanted: tuple[str, ...]) -> list[str]:
    program = TELL_LOADED.format(modules=modules, unwanted=unwanted)
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=30
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_a_library_that_is_loaded_is_seen():
    assert loaded_by(("nacl.bindings",), ("nacl", "PySide6")) == ["nacl"]


@pytest.mark.parametrize(
    ("modules", "unwanted"),
    [
        (HELPER_MODULES, ("PySide6", "keyring", "wgdesk.client", "wgdesk.ui")),
        (CLI_MODULES, ("PySide6", "pyroute2", "wgdesk.engine", "wgdesk.helper")),
        (CLIENT_MODULES, ("PySide6", "pyroute2", "wgdesk.engine", "wgdesk.helper")),
        (("wgdesk.ui.sentences",), ("PySide6", "pyroute2")),
        (("wgdesk.ui.app", *CLIENT_MODULES), ("pyroute2", "wgdesk.engine", "wgdesk.helper")),
        (("wgdesk.__main__",), ("PySide6", "pyroute2", "dbus_next", "asyncio")),
    ],
    ids=["helper", "cli", "client", "words", "window", "start"],
)
def test_a_process_does_not_load_what_belongs_to_another(modules, unwanted):
    assert loaded_by(modules, unwanted) == []
