"""How `wgdesk restore` understands systemctl; the real one is asked in lab box."""

import pytest

from wgdesk.client import reset
from wgdesk.domain.errors import HelperUnreachable, NotAuthorized, RestoreFailed


@pytest.fixture
def systemctl(tmp_path, monkeypatch):
    """Makes a systemctl that runs a piece of shell; $report is what the service writes."""
    program = tmp_path / "systemctl"
    monkeypatch.setattr(reset, "SYSTEMCTL", (tmp_path / "elsewhere", program))
    monkeypatch.setattr(reset, "REPORT", tmp_path / "report")

    def make(script: str) -> None:
        program.write_text(f"#!/bin/sh\nreport={tmp_path / 'report'}\n{script}\n")
        program.chmod(0o755)

    return make


def test_it_tells_what_the_service_did(systemctl):
    systemctl('[ "$*" = "start wgdesk-reset.service" ] && printf "one\\ntwo\\n" >"$report"')
    assert reset.restore() == ("one", "two")


def test_it_is_a_success_where_the_report_cannot_be_read(systemctl):
    systemctl("exit 0")
    assert reset.restore() == ()


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("Failed to start wgdesk-reset.service: Access denied", 4),
        ("Failed to start wgdesk-reset.service: Interactive authentication required.", 1),
    ],
)
def test_without_a_password_it_is_not_authorised(systemctl, words, code):
    systemctl(f"echo '{words}' >&2; exit {code}")
    with pytest.raises(NotAuthorized):
        reset.restore()


def test_it_names_what_is_left(systemctl):
    said = "removed the rule 5200\\ncould not remove interfaces: home\\n"
    systemctl(f'printf "{said}" >"$report"; echo "Job failed." >&2; exit 1')
    with pytest.raises(RestoreFailed, match=r"^could not remove interfaces: home$"):
        reset.restore()


def test_it_says_what_is_not_installed(systemctl):
    systemctl("echo 'Unit wgdesk-reset.service not found.' >&2; exit 5")
    with pytest.raises(HelperUnreachable, match="not installed"):
        reset.restore()


def test_a_machine_without_systemd_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(reset, "SYSTEMCTL", (tmp_path / "systemctl",))
    with pytest.raises(HelperUnreachable, match="no systemd"):
        reset.restore()
