from pathlib import Path

from wgdesk.sandbox.account import Account
from wgdesk.sandbox.environment import user_environment
from wgdesk.sandbox.layout import Layout

ME = Account(1000, 1000, is_self=True)
NOBODY = Account(65534, 65534, is_self=False)
LAYOUT = Layout(Path("/worlds/one"))


def test_environment_leads_away_from_the_persons_own_files(monkeypatch):
    monkeypatch.setenv("HOME", "/home/person")
    monkeypatch.setenv("XDG_CONFIG_HOME", "/home/person/.config")
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/run/dbus/system_bus_socket")
    env = user_environment(LAYOUT, ME)
    led = ["HOME", "DBUS_SYSTEM_BUS_ADDRESS", *(key for key in env if key.startswith("XDG_"))]
    led = [key for key in led if key.endswith(("HOME", "ADDRESS", "RUNTIME_DIR"))]
    assert len(led) >= 7
    assert [key for key in led if "/worlds/one" not in env[key]] == []


def test_environment_keeps_the_way_to_the_display(monkeypatch, tmp_path):
    (tmp_path / "bus").touch()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    env = user_environment(LAYOUT, ME)
    assert env["WAYLAND_DISPLAY"] == f"{tmp_path}/wayland-0"
    assert env["DISPLAY"] == ":0"
    assert env["DBUS_SESSION_BUS_ADDRESS"] == f"unix:path={tmp_path}/bus"


def test_environment_hides_that_sudo_was_used(monkeypatch):
    monkeypatch.setenv("SUDO_UID", "1000")
    assert "SUDO_UID" not in user_environment(LAYOUT, ME)


def test_environment_of_another_account_has_nothing_of_the_callers_but_a_list(monkeypatch):
    kept = {"DISPLAY": ":0", "LANG": "de_DE.UTF-8", "TERM": "xterm", "QT_SCALE_FACTOR": "2"}
    for key, value in {**kept, "API_TOKEN": "secret", "LD_PRELOAD": "own.so"}.items():
        monkeypatch.setenv(key, value)
    env = user_environment(LAYOUT, NOBODY)
    assert {key: env.get(key) for key in kept} == kept
    assert not {"API_TOKEN", "LD_PRELOAD"} & set(env)
    assert "API_TOKEN" in user_environment(LAYOUT, ME)  # their own
