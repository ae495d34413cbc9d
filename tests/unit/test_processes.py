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

CLIENT_MODULES = ("wgdesk.client.backend", "wgdesk.client.helper_backend", "wgdesk.client.store")


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
        (("wgdesk.helper.main",), ("PySide6", "keyring", "wgdesk.client", "wgdesk.ui")),
        (("wgdesk.cli.main",), ("PySide6", "pyroute2", "wgdesk.engine", "wgdesk.helper")),
        (CLIENT_MODULES, ("PySide6", "pyroute2", "wgdesk.engine", "wgdesk.helper")),
        (("wgdesk.ui.present",), ("PySide6", "pyroute2")),
        (("wgdesk.ui.app",), ("pyroute2", "wgdesk.engine", "wgdesk.helper")),
        (("wgdesk.__main__",), ("PySide6", "pyroute2", "dbus_next", "asyncio")),
    ],
    ids=["helper", "cli", "client", "words", "window", "start"],
)
def test_a_process_does_not_load_what_belongs_to_another(modules, unwanted):
    assert loaded_by(modules, unwanted) == []
