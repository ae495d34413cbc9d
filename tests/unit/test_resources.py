"""The files that a package installs agree with the program and with each other."""

import re
import shutil
import subprocess
import sys
import tomllib
from configparser import RawConfigParser
from pathlib import Path

import pytest

from wgdesk.engine.engine_program import PROGRAM_PLACES
from wgdesk.helper.boot import Boot
from wgdesk.helper.methods import build_table
from wgdesk.helper.service import Service
from wgdesk.wire import names

REPO = Path(__file__).resolve().parents[2]
RESOURCES = REPO / "resources"
BUS_POLICY = RESOURCES / "dbus" / "org.wgdesk.Helper1.conf"
ACTIVATION = RESOURCES / "dbus" / "org.wgdesk.Helper1.service"
POLKIT_POLICY = RESOURCES / "polkit" / "org.wgdesk.policy"
UNIT = RESOURCES / "systemd" / "wgdesk-helper.service"

# Who may do what: elsewhere, in an inactive session, in the active session.
DEFAULTS = {
    names.ACTION_CONNECT: ("auth_admin", "auth_admin", "yes"),
    names.ACTION_APPROVE_PROFILE: ("auth_admin", "no", "auth_admin"),
    names.ACTION_RUN_HOOKS: ("no", "no", "auth_admin"),
    names.ACTION_DISCONNECT: ("auth_admin", "auth_admin_keep", "yes"),
    names.ACTION_MANAGE_OTHERS: ("auth_admin", "no", "auth_admin_keep"),
    names.ACTION_LIST_SYSTEM_PROFILES: ("auth_admin", "auth_admin", "yes"),
    names.ACTION_READ_SYSTEM_PROFILES: ("auth_admin", "auth_admin", "auth_admin"),
    names.ACTION_BOOT: ("auth_admin", "no", "auth_admin"),
    names.ACTION_BOOT_OFF: ("auth_admin", "no", "auth_admin"),
}


def elements(path, tag):
    """Attributes of every element of that kind; the files are ours and plain."""
    text = re.sub(r"<!--.*?-->", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    found = re.findall(rf"<{tag}\s([^>]*?)/?>", text)
    return [dict(re.findall(r'([\w]+)="([^"]*)"', attributes)) for attributes in found]


def unit(path):
    parser = RawConfigParser(strict=False)
    parser.optionxform = str
    parser.read(path, encoding="utf-8")
    return parser


def test_the_bus_lets_each_method_of_the_table_through_and_no_other():
    allowed = [it for it in elements(BUS_POLICY, "allow") if "send_destination" in it]
    table = build_table(Service(None, None, None, None), Boot(None, None, None, None, None, None))
    listed = [(it["send_interface"], it["send_member"]) for it in allowed]
    assert sorted(listed) == sorted((it.interface, it.member) for it in table.methods)
    for it in allowed:
        assert it["send_destination"] == names.BUS_NAME
        assert it["send_type"] == "method_call"
        assert it["max_fds"] == "0"


def test_nobody_but_root_may_have_the_names():
    text = BUS_POLICY.read_text(encoding="utf-8")
    own = [it for it in elements(BUS_POLICY, "allow") if "own" in it]
    assert own == [{"own": names.BUS_NAME}, {"own": names.ASKING_NAME}]
    by_root = re.search(r'<policy user="root">(\s*<allow own="[^"]*"/>){2}\s*</policy>', text)
    assert by_root is not None
    denied = [it for it in elements(BUS_POLICY, "deny") if "own" in it]
    assert denied == own


def test_nobody_may_send_signals_to_the_helper():
    text = BUS_POLICY.read_text(encoding="utf-8")
    default = text[text.index('<policy context="default">') :].partition("</policy>")[0]
    rule = f'<deny send_destination="{names.BUS_NAME}" send_type="signal"/>'
    assert rule in default
    # What resolved and systemd tell everybody is to be heard there.
    rule = (
        f'<deny send_destination="{names.ASKING_NAME}" send_type="signal" send_broadcast="false"/>'
    )
    assert rule in default


def test_polkit_knows_every_action_and_no_other():
    assert tuple(it["id"] for it in elements(POLKIT_POLICY, "action")) == names.ACTIONS


@pytest.mark.parametrize("action", names.ACTIONS)
def test_polkit_defaults(action):
    text = POLKIT_POLICY.read_text(encoding="utf-8")
    block = text[text.index(f'id="{action}"') :].partition("</action>")[0]
    tags = ("allow_any", "allow_inactive", "allow_active")
    found = tuple(re.search(rf"<{tag}>(.*)</{tag}>", block)[1] for tag in tags)
    assert found == DEFAULTS[action]


def test_polkit_prompts_use_only_details_that_the_helper_gives():
    text = POLKIT_POLICY.read_text(encoding="utf-8")
    used = set(re.findall(r"\$\((\w+)\)", text))
    details = {"profile", "profiles", "routes", "lookups", "endpoint", "owner", "commands"}
    assert used == details


def test_polkit_prompts_are_translated_whole():
    text = POLKIT_POLICY.read_text(encoding="utf-8")
    plain = re.findall(r"<(description|message)>(.*)</", text)
    german = re.findall(r'<(description|message) xml:lang="de">(.*)</', text)
    assert [tag for tag, _ in german] == [tag for tag, _ in plain]
    for (_, there), (_, here) in zip(plain, german, strict=True):
        assert re.findall(r"\$\(\w+\)", here) == re.findall(r"\$\(\w+\)", there)


def test_the_example_rule_names_real_actions_and_is_not_installed():
    rules = (RESOURCES / "polkit" / "49-wgdesk.rules").read_text(encoding="utf-8")
    assert set(re.findall(r'"(org\.wgdesk\.[\w-]+)"', rules)) <= set(names.ACTIONS)
    installed = tomllib.loads((RESOURCES / "install.toml").read_text())["files"]
    assert not [target for target in installed.values() if "rules.d" in target]


def test_every_file_of_the_table_is_there_and_every_file_is_in_the_table():
    table = tomllib.loads((RESOURCES / "install.toml").read_text())
    for source in (*table["files"], *table["trees"]):
        assert (REPO / source).exists(), source
    for path in (BUS_POLICY, ACTIVATION, POLKIT_POLICY, UNIT):
        assert str(path.relative_to(REPO)) in table["files"]


def test_placing_changes_nothing_that_it_did_not_place(tmp_path):
    """Below / it once made everything of everybody's readable for all."""
    secret, home = tmp_path / "etc/shadow", tmp_path / "root"
    secret.parent.mkdir(mode=0o755)
    secret.touch(0o600)
    home.mkdir(mode=0o700)
    outside = tmp_path / "outside"
    outside.touch(0o600)
    (tmp_path / "etc/link").symlink_to(outside)
    place = [sys.executable, str(REPO / "packaging" / "place.py"), str(tmp_path)]
    subprocess.run(place, check=True, umask=0o077)
    modes = [path.stat().st_mode & 0o777 for path in (secret, home, outside)]
    assert modes == [0o600, 0o700, 0o600]
    placed = {"usr": 0o755, "usr/bin/wgdesk": 0o755, f"usr/lib/systemd/system/{UNIT.name}": 0o644}
    assert {it: (tmp_path / it).stat().st_mode & 0o777 for it in placed} == placed


def test_installing_puts_no_setting_in_force_that_an_administrator_has_overridden():
    """By systemd-sysctl(8) a path is taken as it is, and a bare name is looked for in all folders."""
    script = (REPO / "packaging/deb/debian/wgdesk-helper.postinst").read_text(encoding="utf-8")
    (asked,) = re.findall(r"^ *\S+/systemd-sysctl (\S+)", script, flags=re.MULTILINE)
    assert asked in {path.name for path in (RESOURCES / "sysctl").iterdir()}


def test_the_bus_starts_the_unit_and_the_unit_starts_the_installed_program():
    activation, service = unit(ACTIVATION)["D-BUS Service"], unit(UNIT)["Service"]
    assert activation["Name"] == service["BusName"] == names.BUS_NAME
    assert activation["SystemdService"] == UNIT.name
    program = service["ExecStart"].split()[-1]
    table = tomllib.loads((RESOURCES / "install.toml").read_text())
    assert table["launchers"][program] == "wgdesk.helper.main:main"


def test_the_unit_looks_for_the_engine_where_the_helper_does():
    script = (RESOURCES / "engine" / "wgdesk-go").read_text(encoding="utf-8")
    (line,) = re.findall(r"^for program in (.*); do$", script, flags=re.MULTILINE)
    assert tuple(map(Path, line.split())) == PROGRAM_PLACES


def test_an_engine_is_no_part_of_the_helper():
    """So that neither takes the other along, however it ends."""
    engine = unit(UNIT.with_name("wgdesk-go@.service"))["Service"]
    assert engine["Environment"].endswith("WGDESK_ENGINE=%I")
    assert engine["Restart"] == "no"
    assert "DeviceAllow" not in unit(UNIT)["Service"]


def test_the_unit_is_sound_and_well_closed(tmp_path):
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    # Here the program is not installed, and only that may be complained about.
    text = UNIT.read_text(encoding="utf-8")
    copy = tmp_path / UNIT.name
    copy.write_text(re.sub(r"ExecStart=.*", "ExecStart=/bin/true", text), encoding="utf-8")
    verified = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(copy)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert UNIT.name not in verified.stderr, verified.stderr
    # 2.2 on systemd's scale of 10; most VPN services have more than 6.
    scored = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", "--threshold=22", str(copy)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert scored.returncode == 0, scored.stdout[-300:] + scored.stderr
