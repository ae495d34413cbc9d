import shlex
from pathlib import Path
from xml.etree import ElementTree as ET

from wgdesk.sandbox.bus import render_activation, render_bus_config

ODD = Path('/home/a & <b> "c"')


def test_bus_config_is_sound_xml_whatever_the_paths():
    text = render_bus_config(
        socket_path=ODD / "bus.sock",
        services_dir=ODD / "services",
        policies_dir=ODD / "dbus",
        uid=1000,
    )
    tree = ET.fromstring(text)  # noqa: S314  # our own text
    assert tree.findtext("listen") == f"unix:path={ODD}/bus.sock"
    assert tree.findtext("servicedir") == f"{ODD}/services"
    assert tree.findtext("includedir") == f"{ODD}/dbus"


def test_bus_config_lets_nobody_but_root_be_polkit():
    text = render_bus_config(socket_path=ODD, services_dir=ODD, policies_dir=ODD, uid=1000)
    tree = ET.fromstring(text)  # noqa: S314  # our own text
    owners = {
        policy.get("user") or policy.get("context"): [rule.get("own") for rule in policy]
        for policy in tree.iter("policy")
    }
    assert "org.freedesktop.PolicyKit1" in owners["root"]
    assert "org.freedesktop.PolicyKit1" not in owners["default"]


def test_bus_config_lets_only_root_and_the_account_connect():
    text = render_bus_config(socket_path=ODD, services_dir=ODD, policies_dir=ODD, uid=1000)
    tree = ET.fromstring(text)  # noqa: S314  # our own text
    rules = [(rule.tag, rule.get("user")) for rule in tree.iter() if rule.tag in {"allow", "deny"}]
    assert [rule for rule in rules if rule[1]] == [
        ("deny", "*"),
        ("allow", "root"),
        ("allow", "1000"),
    ]


def test_activation_quotes_the_script():
    lines = render_activation("org.example", ODD / "run it.sh").splitlines()
    assert lines[1] == "Name=org.example"
    assert shlex.split(lines[2].removeprefix("Exec=")) == ["/bin/sh", str(ODD / "run it.sh")]
