"""`wgdesk-admin` before it reaches a helper; with rights it is tested in lab box."""

import os
import pwd

import pytest

from wgdesk.cli import admin
from wgdesk.cli.as_user import MAX_BYTES, run_as
from wgdesk.domain.errors import NoSuchProfile, WgdeskError

ME = pwd.getpwuid(os.getuid())


@pytest.mark.parametrize(
    "words", [[], ["hooks"], ["hooks", "approve"], ["approvals"], ["approvals", "revoke"], ["x"]]
)
def test_wrong_words_are_a_fault_of_use(words, capsys):
    with pytest.raises(SystemExit) as left:
        admin.main(words)
    assert left.value.code == admin.EXIT_USAGE
    assert "usage: wgdesk-admin" in capsys.readouterr().err


def test_it_is_for_root(monkeypatch, capsys):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert admin.main(["hooks", "approve", "home"]) == admin.EXIT_USAGE
    assert capsys.readouterr().err == "wgdesk: this is for root: start it with sudo\n"


@pytest.mark.parametrize(
    ("environment", "words", "why"),
    [
        ({}, [], "whose profile is meant?"),
        ({"SUDO_UID": "x"}, [], "whose profile is meant?"),
        ({"SUDO_UID": "4294967294"}, [], "whose profile is meant?"),
        ({"SUDO_UID": "0"}, ["--user", "no such user"], "there is no user no such user"),
    ],
)
def test_somebody_must_be_meant(monkeypatch, capsys, environment, words, why):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.delenv("SUDO_UID", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert admin.main(["approvals", "list", *words]) == admin.EXIT_USAGE
    assert why in capsys.readouterr().err


@pytest.fixture
def without_rights(monkeypatch):
    """Becoming somebody else takes root, which these tests do without."""
    monkeypatch.setattr(os, "setgroups", lambda groups: None)


def test_work_for_a_user_is_done_by_another_process(without_rights):
    def work():
        return f"{os.getpid()} {os.environ['HOME']}".encode()

    answer = run_as(ME, work)
    pid, _, home = answer.decode().partition(" ")
    assert int(pid) != os.getpid()
    assert home == ME.pw_dir


def test_its_errors_come_back(without_rights):
    def fail():
        raise NoSuchProfile("home", "~/.wireguard")

    with pytest.raises(WgdeskError, match="no profile named “home”") as caught:
        run_as(ME, fail)
    assert caught.value.code == NoSuchProfile.code


@pytest.mark.parametrize("answer", [RuntimeError("bug"), SystemExit(3), "text", bytes(MAX_BYTES)])
def test_whatever_else_happens_there_is_a_failure_here(without_rights, answer):
    def work():
        if isinstance(answer, BaseException):
            raise answer
        return answer

    with pytest.raises(WgdeskError, match="nothing came back"):
        run_as(ME, work)
