"""Whose process an engine is taken for."""

import subprocess

import pytest

from wgdesk.domain.errors import EngineFailed
from wgdesk.engine import userspace_device
from wgdesk.engine.userspace_device import UserspaceDevice


@pytest.fixture
def stranger():
    """A program that has got the number of an engine that ended."""
    with subprocess.Popen(["sleep", "60"]) as process:
        yield process
        process.kill()


async def test_an_engine_that_ends_while_it_is_taken_over_is_not_taken_for_another(
    stranger, monkeypatch
):
    seen = iter([stranger.pid, None])
    monkeypatch.setattr(userspace_device, "_listener", lambda _name: next(seen))
    device = UserspaceDevice(None, lambda *_: None, None)
    with pytest.raises(EngineFailed, match="ended just now"):
        await device.adopt("home", is_marked=True)
    await device.delete("home")
    assert stranger.poll() is None
