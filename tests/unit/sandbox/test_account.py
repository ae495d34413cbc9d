import os

import pytest

from wgdesk.sandbox.account import Account, find_account


@pytest.fixture
def as_root(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    for name in ("SUDO_UID", "SUDO_GID"):
        monkeypatch.delenv(name, raising=False)


def test_ordinary_user_stays_as_is(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    account = find_account()
    assert (account.uid, account.is_self) == (1000, True)
    assert account.command("true") == ("true",)


def test_root_becomes_the_one_who_called_sudo(monkeypatch, as_root):
    monkeypatch.setenv("SUDO_UID", "1000")
    monkeypatch.setenv("SUDO_GID", "100")
    assert find_account() == Account(1000, 100, is_self=False)


@pytest.mark.parametrize("uid", ["0", "", "-1", "root", None])
def test_root_becomes_nobody_when_sudo_names_no_ordinary_user(monkeypatch, as_root, uid):
    if uid is not None:
        monkeypatch.setenv("SUDO_UID", uid)
        monkeypatch.setenv("SUDO_GID", "0")
    account = find_account()
    assert account.uid != 0
    assert not account.is_self


def test_command_of_another_user_drops_everything_first():
    command = Account(1000, 100, is_self=False).command("wgdesk", "list")
    assert command[0] == "setpriv"
    assert {"--reuid=1000", "--regid=100", "--clear-groups", "--no-new-privs"} < set(command)
    assert command[-2:] == ("wgdesk", "list")


def test_link_is_given_itself_and_not_what_it_leads_to(monkeypatch, tmp_path):
    given = []
    monkeypatch.setattr(
        os, "chown", lambda path, uid, gid, *, follow_symlinks=True: given.append(follow_symlinks)
    )
    Account(1000, 100, is_self=False).give(tmp_path)
    assert given == [False]
