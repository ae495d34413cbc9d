"""Every unit that is installed: sound, well closed, and started only by who needs it."""

import re
from pathlib import Path

import pytest

from tests.labs.box import Box

FOLDER = "/usr/lib/systemd/system"
# Exposure on systemd's scale of 10; most VPN services have more than 6.
MOST = {"wgdesk-helper": 2.0, "wgdesk-go@": 2.5, "wgdesk-resolv": 1.5}
MOST_OF_OTHERS = 2.2


@pytest.fixture(scope="module")
def units(box: Box) -> list[str]:
    found = box.run(["sh", "-c", f"ls {FOLDER}/wgdesk-*"]).stdout.split()
    assert {"wgdesk-helper.service", "wgdesk-reset.service"} <= {
        it.rpartition("/")[2] for it in found
    }
    return found


def test_no_unit_has_anything_to_complain_about(box, units):
    said = box.run(["systemd-analyze", "verify", "--man=no", *units], check=False).stderr
    assert [line for line in said.splitlines() if "wgdesk" in line] == []


def test_every_service_is_well_closed(box, units):
    services = {Path(it).stem: it for it in units if it.endswith(".service")}
    assert services.keys() >= MOST.keys()
    scores = {}
    for name, path in services.items():
        text = box.run(["systemd-analyze", "security", "--offline=yes", path], check=False).stdout
        scores[name] = float(re.search(r"exposure level for \S+: ([\d.]+)", text)[1])
    too_open = {it: score for it, score in scores.items() if score > MOST.get(it, MOST_OF_OTHERS)}
    assert too_open == {}, f"exposure of {too_open}; of all: {scores}"


def test_no_unit_starts_by_itself(box, units):
    for path in units:
        name = path.rpartition("/")[2]
        asked = box.run(["systemctl", "is-enabled", name], check=False)
        assert asked.stdout.strip() in {"static", "disabled"}, name


def test_resolv_conf_comes_back_at_boot_and_only_where_there_is_one_to_bring_back(box):
    wants = box.run(["systemctl", "show", "--property=Wants", "multi-user.target"]).stdout
    assert "wgdesk-resolv.service" in wants
    box.run(["systemctl", "start", "wgdesk-resolv.service"])
    said = box.journal("wgdesk-resolv.service")
    assert "Skipped due to 'exec-condition'" in said
    assert "the request cannot be read" not in said
