"""The same tests once more, as an ordinary user inside a real user namespace."""

import sys
from pathlib import Path

import pytest

from tests.sandbox.ordinary_user import run_as_ordinary_user

HERE = Path(__file__).parent


@pytest.mark.parametrize("name", ["test_world.py", "test_tour.py"])
def test_sandbox_works_without_any_root(name):
    command = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(HERE / name))
    done = run_as_ordinary_user(*command, cwd=HERE.parents[1])
    assert done.returncode == 0, done.stdout + done.stderr
    assert "skipped" not in done.stdout
