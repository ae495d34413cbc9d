"""What becomes of a unit's end; the real service manager is in lab box."""

import signal
from types import SimpleNamespace

import pytest

from wgdesk.domain.errors import HookFailed, HooksUnavailable
from wgdesk.domain.profile import Hook, HookKind
from wgdesk.domain.steps import RunHook
from wgdesk.engine import hooks
from wgdesk.engine.bounded_bus import CallRefused
from wgdesk.engine.hooks import LIMIT_S, NoHooks, SystemdHooks
from wgdesk.engine.system_bus import NO_ANSWER, NO_BUS

STEP = RunHook("home", Hook(HookKind.POST_UP, "echo %i $x"), 2)


class Manager:
    """A service manager of which every unit ends as the test says.

    Attributes:
        looks: What it answers about the state, one after the other: state, or an error's name.
    """

    def __init__(self, **end):
        self.end = {"Result": "success", "ExecMainCode": 1, "ExecMainStatus": 0, **end}
        self.looks = ["activating", "inactive"]
        self.jobs = [7, 0]
        self.calls = []
        self.owned_by = ":1.1"

    async def owner(self, name):
        if isinstance(self.owned_by, Exception):
            raise self.owned_by
        return self.owned_by

    async def call(self, _destination, path, member, _signature, body):
        verb = member.rpartition(".")[2]
        if verb != "Get":
            self.calls.append((verb, *body))
            return []
        value = self._about(body[1])
        if str(value).startswith("org."):
            raise CallRefused(value, "why")
        return [SimpleNamespace(value=value)]

    def _about(self, name):
        if name == "Job":
            job = self.jobs[0] if len(self.jobs) == 1 else self.jobs.pop(0)
            return (job, "/")
        if name == "ActiveState":
            return self.looks[0] if len(self.looks) == 1 else self.looks.pop(0)
        return self.end[name]

    @property
    def verbs(self):
        return [verb for verb, *_ in self.calls]


async def test_a_command_is_a_unit_of_its_own():
    manager = Manager()
    await SystemdHooks(manager).run(STEP)
    (_, unit, mode, properties, _), _ = manager.calls
    assert (unit.startswith("wgdesk-hook-"), mode) == (True, "fail")
    found = {name: value.value for name, value in properties}
    (shell,) = found["ExecStartEx"]
    assert shell[1][:2] == ["/bin/bash", "-p"]
    assert shell[1][-2:] == ["-c", "echo home $x"]
    assert shell[2] == ["no-env-expand"]
    assert found["TimeoutStartUSec"] == 30_000_000
    assert found["KillMode"] == "control-group"
    assert found["UMask"] == 0o077
    assert {line.partition("=")[0] for line in found["Environment"]} == {
        *("WGDESK_IFNAME", "PATH", "LC_ALL"),
    }
    assert manager.verbs == ["StartTransientUnit", "UnrefUnit"]


@pytest.mark.parametrize(
    ("end", "why"),
    [
        ({"Result": "exit-code", "ExecMainStatus": 3}, "it ended with status 3"),
        ({"Result": "signal", "ExecMainCode": 2, "ExecMainStatus": 9}, "it was ended by signal 9"),
        (
            {"Result": "timeout", "ExecMainCode": 2, "ExecMainStatus": 15},
            f"it took longer than {LIMIT_S:g} seconds",
        ),
        ({"Result": "timeout"}, "a program that it left behind did not end"),
        ({"Result": "oom-kill"}, "the service manager says “oom-kill”"),
        ({"ExecMainCode": 0}, "the service manager did not run it"),
    ],
)
async def test_how_it_ended_is_told_and_never_its_text(end, why):
    with pytest.raises(HookFailed) as caught:
        await SystemdHooks(Manager(**end)).run(STEP)
    assert str(caught.value) == f"the command PostUp 2 failed: {why}"


async def test_a_unit_that_has_not_begun_has_not_ended():
    manager = Manager(ExecMainStatus=0)
    manager.jobs, manager.looks = [7, 7, 0], ["inactive"]
    await SystemdHooks(manager).run(STEP)
    assert manager.jobs == [0]


async def test_a_busy_service_manager_is_asked_again():
    manager = Manager()
    manager.looks = [NO_ANSWER, "deactivating", NO_ANSWER, "inactive"]
    await SystemdHooks(manager).run(STEP)


async def test_a_service_manager_that_goes_away_is_a_failure():
    manager = Manager()
    manager.looks = [NO_BUS]
    with pytest.raises(HookFailed, match="the service manager did not run it"):
        await SystemdHooks(manager).run(STEP)


async def test_a_unit_that_never_ends_is_killed(monkeypatch):
    monkeypatch.setattr(hooks, "GRACE_S", 0.02)
    monkeypatch.setattr(hooks, "SLACK_S", 0.02)
    manager = Manager()
    manager.looks = ["deactivating"]
    with pytest.raises(HookFailed, match="the service manager did not end it"):
        await SystemdHooks(manager, limit_s=0.02).run(STEP)
    assert manager.verbs == ["StartTransientUnit", "KillUnit", "UnrefUnit"]
    assert manager.calls[1][-1] == signal.SIGKILL


@pytest.mark.parametrize("owned_by", ["", CallRefused(NO_BUS, "why")])
async def test_without_systemd_nothing_can_be_run(owned_by):
    manager = Manager()
    await SystemdHooks(manager).check()
    manager.owned_by = owned_by
    with pytest.raises(HooksUnavailable):
        await SystemdHooks(manager).check()


async def test_where_nobody_runs_commands_none_is_left_out_in_silence():
    with pytest.raises(HooksUnavailable):
        await NoHooks().check()
    with pytest.raises(HooksUnavailable, match="PostUp of home"):
        await NoHooks().run(STEP)
