"""The log by the real command line: a session in a real world, told while it happens."""

import json
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from wgdesk.sandbox import init, profiles

LINE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}  (\S+) +(.+)")
PATIENCE_S = 20


class Follower:
    """`wgdesk log -f` as a person has it open beside everything else."""

    def __init__(self, world, folder: Path, *words: str) -> None:
        self.out, self.err = folder / "out", folder / "err"
        with self.out.open("w") as out, self.err.open("w") as err:
            self.process = subprocess.Popen(
                world.command(sys.executable, "-m", "wgdesk", "log", "-f", *words),
                env=world.env,
                cwd=world.layout.home_dir,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
            )

    def lines(self, tunnel="home"):
        found = [LINE.fullmatch(line) for line in self.out.read_text().splitlines()]
        return [it[2] for it in found if it[1] == tunnel]

    def wait_for(self, words, after=""):
        """Until these words stand somewhere behind those."""
        end_s = time.monotonic() + PATIENCE_S
        while words not in (text := self.out.read_text())[max(0, text.find(after)) :]:
            assert self.process.poll() is None, self.err.read_text()
            assert time.monotonic() < end_s, (words, self.out.read_text(), self.err.read_text())
            time.sleep(0.05)

    def interrupt(self):
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(PATIENCE_S)


@pytest.fixture
def follow(fresh_world, tmp_path):
    followers = []

    def start(*words):
        followers.append(Follower(fresh_world, tmp_path, *words))
        return followers[-1]

    yield start
    for it in followers:
        it.process.kill()
        it.process.wait()


def test_an_evening_is_told_line_by_line_while_it_happens(fresh_world, follow):
    world = fresh_world
    assert world.cli("log").stdout == "Nothing was done since the helper started.\n"
    follower = follow()
    assert world.cli("up", "home", "--wait").returncode == 0
    follower.wait_for("First handshake with ")
    lines = follower.lines()
    assert lines[0] == "Coming up."
    link, rule, up = (
        next(at for at, line in enumerate(lines) if re.match(words, line))
        for words in (
            r"\[#\] (ip link add dev home type wireguard|wireguard-go home)",
            r"\[#\] ip -4 rule add priority \d+ .*lookup \d+",
            r"Up, through ",
        )
    )
    assert 0 < link < rule < up

    world.run_on_machine(["ip", "rule", "flush"])
    follower.wait_for("Another program removed what this tunnel needs; it was put back:")
    follower.wait_for("lookup 51820\n", after="put back:")

    world.stop(init.HELPER)
    follower.wait_for("Was up already when the helper started; taken over.")

    assert world.cli("down", "home").returncode == 0
    follower.wait_for("Down.")
    assert follower.lines()[-1] == "Down."
    assert any(re.match(r"\[#\] ip link delete dev home", line) for line in follower.lines())
    assert follower.interrupt() == 130
    assert "Traceback" not in follower.err.read_text()

    again = world.cli("log", "home").stdout.splitlines()
    assert [LINE.fullmatch(line)[2] for line in again] == follower.lines()[-len(again) :]
    document = json.loads(world.cli("log", "--json").stdout)
    assert [it["number"] for it in document["lines"]] == list(range(1, len(again) + 1))


def test_a_failure_is_told_with_its_cause_and_without_a_key(fresh_world):
    path = fresh_world.profiles_dir / "home.conf"
    text = path.read_text()
    key = re.search(r"PrivateKey = (\S+)", text)[1]
    path.write_text(re.sub(r"Endpoint = .*", "Endpoint = no-such-host.example:51820", text))
    up = fresh_world.cli("up", "home")
    assert up.returncode == 1
    told = fresh_world.cli("log").stdout
    why = up.stderr.splitlines()[0].removeprefix("wgdesk: cannot bring home up: ")
    assert f"Not brought up: {why}." in told
    assert key not in told


def test_each_line_of_json_is_an_object_of_its_own(fresh_world, follow):
    follower = follow("--json", "attached_home")
    assert fresh_world.cli("up", "attached_home").returncode == 0
    assert fresh_world.cli("up", "home").returncode == 0
    assert fresh_world.cli("down", "attached_home").returncode == 0
    follower.wait_for('"Down."')
    documents = [json.loads(line) for line in follower.out.read_text().splitlines()]
    assert {(it["v"], it["tunnel"]) for it in documents} == {(1, "attached_home")}
    assert {it["kind"] for it in documents} >= {"state", "done"}
    assert [it["number"] for it in documents] == sorted(it["number"] for it in documents)
    assert profiles.address_of("attached_home") in "".join(it["text"] for it in documents)


def test_without_a_helper_the_code_says_so(fresh_world):
    fresh_world.stop(init.BUS)
    for words in (("log",), ("log", "-f")):
        done = fresh_world.cli(*words)
        assert done.returncode == 4
        assert done.stderr.startswith("wgdesk: cannot tell the log: the helper cannot be reached")


def test_a_name_that_nothing_has_is_no_such_profile(fresh_world):
    done = fresh_world.cli("log", "hmoe")
    assert done.returncode == 5
    assert done.stderr.startswith("wgdesk: cannot tell the log: no profile named “hmoe”")


def test_why_nobody_answers_is_told_and_that_somebody_does_at_last(fresh_world, follow):
    path = fresh_world.profiles_dir / "home.conf"
    text = path.read_text()
    path.write_text(re.sub(r"(Endpoint = \S+):\d+", r"\1:9", text))
    follower = follow()
    assert fresh_world.cli("up", "home", "--wait=1").returncode == 1
    follower.wait_for("The server's machine answers that nobody listens on that port.")
    follower.wait_for("Check the port of the endpoint in the profile")
    path.write_text(text)
    assert fresh_world.cli("sync", "home").returncode == 0
    follower.wait_for("As its profile says now; changed: ")
    follower.wait_for("First handshake with ")
    assert "Answers arrive again." not in follower.lines()
