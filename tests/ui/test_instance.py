"""One window for each user, and nothing left behind by one that crashed."""

import os
import socket
import subprocess
import sys
import threading

import pytest

from wgdesk.domain.errors import ClientError
from wgdesk.ui.instance import TOKEN_VARIABLE, Instance, runtime_dir


@pytest.fixture
def first(qapp, tmp_path):
    made = Instance(tmp_path)
    assert made.take()
    yield made
    made.release()


def ask(folder, answers: list[bool], toggle: str = "") -> None:
    answers.append(Instance(folder).ask_first(toggle))


def test_second_start_raises_the_first_and_hands_its_token_over(
    first, tmp_path, qtbot, monkeypatch
):
    monkeypatch.setenv(TOKEN_VARIABLE, "token-7")
    second = Instance(tmp_path)
    assert not second.take()
    answers: list[bool] = []
    with qtbot.waitSignal(first.raise_asked) as asked:
        thread = threading.Thread(target=ask, args=(tmp_path, answers))
        thread.start()
    thread.join(5)
    assert asked.args == ["token-7"]
    assert answers == [True]


def test_second_start_hands_an_errand_over_and_raises_nothing(first, tmp_path, qtbot, monkeypatch):
    monkeypatch.setenv(TOKEN_VARIABLE, "token-7")
    raised: list[str] = []
    first.raise_asked.connect(raised.append)
    answers: list[bool] = []
    with qtbot.waitSignal(first.toggle_asked) as asked:
        thread = threading.Thread(target=ask, args=(tmp_path, answers, "home"))
        thread.start()
    thread.join(5)
    assert (asked.args, answers, raised) == (["home"], [True], [])


@pytest.mark.parametrize("token", ["one\nhome", "\udcff", "a" * 5000])
def test_a_token_that_is_none_is_not_handed_over(first, tmp_path, qtbot, monkeypatch, token):
    monkeypatch.setenv(TOKEN_VARIABLE, token)
    answers: list[bool] = []
    with qtbot.waitSignal(first.raise_asked) as asked:
        thread = threading.Thread(target=ask, args=(tmp_path, answers))
        thread.start()
    thread.join(5)
    assert (asked.args, answers) == ([""], [True])


def test_what_no_environment_can_hold_is_no_token(first, tmp_path, qtbot):
    with socket.socket(socket.AF_UNIX) as visitor, qtbot.waitSignal(first.raise_asked) as asked:
        visitor.connect(str(tmp_path / f"wgdesk-{os.getuid()}.socket"))
        visitor.sendall(b"to\0ken\n")
    assert asked.args == [""]


def test_names_carry_the_user(first, tmp_path):
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == [f"wgdesk-{os.getuid()}.lock", f"wgdesk-{os.getuid()}.socket"]


def test_place_is_free_again_after_a_crash(qapp, tmp_path):
    program = (
        "import os, sys; from pathlib import Path\n"
        "from PySide6.QtCore import QCoreApplication\n"
        "from wgdesk.ui.instance import Instance\n"
        "app = QCoreApplication([])\n"
        "assert Instance(Path(sys.argv[1])).take()\n"
        "os._exit(9)\n"
    )
    done = subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=False)
    assert done.returncode == 9
    assert (tmp_path / f"wgdesk-{os.getuid()}.socket").exists()
    after = Instance(tmp_path)
    assert after.take()
    after.release()


def test_released_place_leaves_no_socket(qapp, tmp_path):
    made = Instance(tmp_path)
    made.take()
    made.release()
    assert not (tmp_path / f"wgdesk-{os.getuid()}.socket").exists()
    assert not Instance(tmp_path).ask_first()


def test_runtime_dir_is_the_session_s_own(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    assert runtime_dir() == tmp_path


def test_runtime_dir_refuses_a_folder_that_others_can_enter(monkeypatch, tmp_path):
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    path = tmp_path / f"wgdesk-{os.getuid()}"
    assert runtime_dir() == path
    path.chmod(0o755)
    with pytest.raises(ClientError):
        runtime_dir()
