import json
import os
import stat

import pytest

from wgdesk.domain.errors import HelperError
from wgdesk.domain.profile import Hook, HookKind
from wgdesk.helper.approvals import (
    MAX_FILE_BYTES,
    MAX_PER_USER,
    MAX_USER_BYTES,
    Approvals,
    hooks_digest,
)

ALICE, BOB = 1000, 1001
HOOKS = (Hook(HookKind.POST_UP, "touch up"), Hook(HookKind.PRE_DOWN, "touch down"))
# What somebody approved is not what the file says now.
OTHER_COMMANDS = json.dumps(
    {
        "v": 2,
        "approved": {
            "1000": [
                {
                    "name": "home",
                    "digest": hooks_digest(HOOKS),
                    "when": 1,
                    "hooks": [["PostUp", "rm -rf /"]],
                }
            ]
        },
    }
).encode()


def digest(number):
    return f"{number:064x}"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "state" / "approvals.json"


def test_an_approval_is_remembered_for_its_user_across_restarts(path):
    Approvals(path).add(ALICE, "home", digest(1))
    again = Approvals(path)
    assert again.has(ALICE, "home", digest(1))
    assert not again.has(BOB, "home", digest(1))
    assert not again.has(ALICE, "home", digest(2))


def test_an_approval_is_good_for_its_name_alone(path):
    approvals = Approvals(path)
    approvals.add(ALICE, "home", digest(1))
    assert not approvals.has(ALICE, "docker0", digest(1))
    approvals.add(ALICE, "work", digest(1))
    for found in (approvals, Approvals(path)):
        assert found.has(ALICE, "home", digest(1))
        assert found.has(ALICE, "work", digest(1))


def test_the_file_and_its_folder_are_roots_alone(path):
    Approvals(path).add(ALICE, "home", digest(1))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert list(path.parent.iterdir()) == [path]


def test_of_too_many_the_oldest_goes(path):
    approvals = Approvals(path)
    for number in range(MAX_PER_USER + 1):
        approvals.add(ALICE, "home", digest(number))
    for found in (approvals, Approvals(path)):
        assert not found.has(ALICE, "home", digest(0))
        assert found.has(ALICE, "home", digest(1))
        assert found.has(ALICE, "home", digest(MAX_PER_USER))


def test_approving_twice_is_remembered_once(path):
    approvals = Approvals(path)
    approvals.add(ALICE, "home", digest(1))
    approvals.add(ALICE, "home", digest(1))
    approvals.add_hooks(ALICE, "home", HOOKS)
    approvals.add_hooks(ALICE, "home", HOOKS)
    for found in (approvals, Approvals(path)):
        assert [(it.name, it.hooks) for it in found.list(ALICE)] == [("home", ()), ("home", HOOKS)]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b'{"v": 3, "approved": {}}',
        b'{"v": 2}',
        b'{"v": 2, "approved": {"1000": [["home", "%064d"]]}}' % 1,
        b'{"v": 2, "approved": {"1000": [{"name": "home", "digest": "%064d"}]}}' % 1,
        OTHER_COMMANDS,
        OTHER_COMMANDS.replace(b"PostUp", b"Sometime"),
        OTHER_COMMANDS.replace(b'"rm -rf /"', b"1"),
        b'{"v": 1}',
        b'{"v": 1, "approved": {"alice": []}}',
        b'{"v": 1, "approved": {"1000": "0"}}',
        b'{"v": 1, "approved": {"1000": ["0"]}}',
        b'{"v": 1, "approved": {"1000": [["home", "0"]]}}',
        b'{"v": 1, "approved": {"1000": [["home", "%064d", ""]]}}' % 1,
        b'{"v": 1, "approved": {"1000": [[1, "%064d"]]}}' % 1,
        b" " * (MAX_FILE_BYTES + 1),
    ],
)
def test_a_file_that_is_not_understood_is_set_aside(path, content):
    path.parent.mkdir()
    path.write_bytes(content)
    approvals = Approvals(path)
    assert not approvals.has(ALICE, "home", digest(1))
    assert path.with_suffix(".bad").read_bytes() == content
    approvals.add(ALICE, "home", digest(1))
    assert Approvals(path).has(ALICE, "home", digest(1))


def test_an_approval_that_cannot_be_saved_does_not_count(path, monkeypatch):
    approvals = Approvals(path)
    approvals.add(ALICE, "home", digest(1))

    def fail(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(HelperError, match="No space left on device"):
        approvals.add(ALICE, "home", digest(2))
    monkeypatch.undo()
    assert not approvals.has(ALICE, "home", digest(2))
    assert Approvals(path).has(ALICE, "home", digest(1))
    approvals.add(ALICE, "home", digest(3))
    assert Approvals(path).has(ALICE, "home", digest(3))


def test_commands_and_profiles_are_approved_apart(path):
    approvals = Approvals(path)
    approvals.add(ALICE, "home", digest(1))
    assert approvals.find_hooks(ALICE, "home", HOOKS) is None
    approvals.add_hooks(ALICE, "home", HOOKS)
    assert not approvals.has(ALICE, "home", hooks_digest(HOOKS))
    for found in (approvals, Approvals(path)):
        assert found.find_hooks(ALICE, "home", HOOKS) == HOOKS
        assert found.find_hooks(ALICE, "work", HOOKS) is None
        assert found.find_hooks(BOB, "home", HOOKS) is None
        assert found.find_hooks(ALICE, "home", HOOKS[::-1]) is None
        assert found.find_hooks(ALICE, "home", HOOKS[:1]) is None
        other = (Hook(HookKind.PRE_UP, "touch up"), HOOKS[1])
        assert found.find_hooks(ALICE, "home", other) is None


def test_the_commands_are_kept_word_by_word(path):
    odd = (Hook(HookKind.POST_UP, 'printf "é\\n" \' | tee  /x && %i'),)
    Approvals(path).add_hooks(ALICE, "home", odd)
    (kept,) = Approvals(path).list(ALICE)
    assert kept.hooks == odd


def test_a_file_of_the_first_version_counts(path):
    path.parent.mkdir()
    path.write_text(json.dumps({"v": 1, "approved": {str(ALICE): [["home", digest(1)]]}}))
    approvals = Approvals(path, lambda: 1_700_000_000.5)
    assert approvals.has(ALICE, "home", digest(1))
    approvals.add(ALICE, "work", digest(2))
    told = [(it.name, it.digest, it.when_unix_s) for it in Approvals(path).list(ALICE)]
    assert told == [("home", digest(1), 0), ("work", digest(2), 1_700_000_000)]


def test_a_user_has_a_mebibyte_and_the_oldest_go(path):
    approvals = Approvals(path)
    approvals.add(BOB, "home", digest(1))
    approvals.add(ALICE, "home", digest(1))
    for number in range(20):
        approvals.add_hooks(ALICE, "home", [Hook(HookKind.POST_UP, f"{number} " + "é" * 10_000)])
    assert path.stat().st_size < MAX_USER_BYTES + 10_000
    kept = Approvals(path).list(ALICE)
    assert 10 < len(kept) < 20
    assert kept[-1].hooks[0].command.startswith("19 ")
    assert not approvals.has(ALICE, "home", digest(1))
    assert approvals.has(BOB, "home", digest(1))


def test_what_is_revoked_is_gone_for_its_user_alone(path):
    approvals = Approvals(path)
    for uid in (ALICE, BOB):
        approvals.add(uid, "home", digest(1))
    approvals.add(ALICE, "work", digest(2))
    assert approvals.revoke(ALICE, digest(1)) == 1
    assert approvals.revoke(ALICE, digest(1)) == 0
    for found in (approvals, Approvals(path)):
        assert not found.has(ALICE, "home", digest(1))
        assert found.has(ALICE, "work", digest(2))
        assert found.has(BOB, "home", digest(1))


def test_a_revocation_that_cannot_be_saved_says_so(path, monkeypatch):
    approvals = Approvals(path)
    approvals.add(ALICE, "home", digest(1))

    def fail(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(HelperError, match="No space left on device"):
        approvals.revoke(ALICE, digest(1))
    assert list(path.parent.iterdir()) == [path]
