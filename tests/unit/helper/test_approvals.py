import json
import os
import stat

import pytest

from wgdesk.domain.errors import HelperError
from wgdesk.helper.approvals import MAX_PER_USER, Approvals

ALICE, BOB = 1000, 1001


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
    assert json.loads(path.read_text())["approved"] == {str(ALICE): [["home", digest(1)]]}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b'{"v": 2, "approved": {}}',
        b'{"v": 1}',
        b'{"v": 1, "approved": {"alice": []}}',
        b'{"v": 1, "approved": {"1000": "0"}}',
        b'{"v": 1, "approved": {"1000": ["0"]}}',
        b'{"v": 1, "approved": {"1000": [["home", "0"]]}}',
        b'{"v": 1, "approved": {"1000": [["home", "%064d", ""]]}}' % 1,
        b'{"v": 1, "approved": {"1000": [[1, "%064d"]]}}' % 1,
        b" " * ((1 << 20) + 1),
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
