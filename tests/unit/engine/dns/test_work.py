"""A request and its answer as files: trusted no more than they deserve."""

import json

import pytest

from wgdesk.domain.dns import DnsBackend
from wgdesk.domain.errors import WgdeskError
from wgdesk.engine.dns import program, work
from wgdesk.engine.dns.places import Places
from wgdesk.engine.dns.plainfile import STATE_FILE, Entry

ENTRY = Entry("home", ("10.0.0.1", "fd00::1"), ("corp.example",))
REQUEST = work.Request("ab12", work.Deed.APPLY, DnsBackend.FILE, ENTRY)


def changed(**members):
    words = json.loads(work.encode(REQUEST))
    entry = {key: members.pop(key) for key in ("name", "servers", "search") if key in members}
    return json.dumps({**words, **members, "entry": {**words["entry"], **entry}}).encode()


def test_a_request_and_an_answer_travel_as_they_are():
    assert work.decode_request(work.encode(REQUEST)) == REQUEST
    answer = work.Answer("ab12", "it is full")
    assert work.decode_answer(work.encode(answer)) == answer


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"7",
        b'{"id": "x"}',
        changed(deed="format"),
        changed(backend="systemd-resolved"),
        changed(backend="/bin/sh"),
        changed(name="../x"),
        changed(name="-d"),
        changed(name="home\nnameserver 6.6.6.6"),
        changed(servers=["example.org"]),
        changed(servers=["10.0.0.1\nnameserver 6.6.6.6"]),
        changed(servers=["10.0.0.1"] * 9),
        changed(servers=7),
        changed(search=["a\nnameserver 6.6.6.6"]),
        changed(search=[""]),
        changed(search=["a" * 300]),
        changed(search=["a"] * 17),
    ],
)
def test_what_is_no_request_is_refused(data):
    with pytest.raises((ValueError, WgdeskError)):
        work.decode_request(data)


@pytest.fixture
def places(tmp_path):
    places = Places.below(tmp_path)
    places.resolv_conf.parent.mkdir(parents=True)
    places.resolv_conf.write_text("nameserver 192.0.2.1\n")
    return places


def test_the_program_does_what_is_asked_and_answers(places, tmp_path):
    file = tmp_path / "request"
    file.write_bytes(work.encode(REQUEST))
    assert program.run(file, places) == 0
    assert "nameserver 10.0.0.1" in places.resolv_conf.read_text()
    answer = (places.state_dir / work.ANSWER_NAME).read_bytes()
    assert work.decode_answer(answer) == work.Answer("ab12")


def test_the_program_says_why_not(places, tmp_path):
    places.resolv_conf.unlink()
    places.resolv_conf.symlink_to("nowhere")
    file = tmp_path / "request"
    file.write_bytes(work.encode(REQUEST))
    assert program.run(file, places) == 1
    answer = work.decode_answer((places.state_dir / work.ANSWER_NAME).read_bytes())
    assert answer.id == "ab12"
    assert "leads nowhere" in answer.why
    assert places.resolv_conf.is_symlink()


def test_without_a_request_nothing_is_done_before_a_reboot(places, tmp_path):
    file = tmp_path / "request"
    file.write_bytes(work.encode(REQUEST))
    program.run(file, places)
    before = places.resolv_conf.read_text()
    assert program.run(tmp_path / "none", places) == 0
    assert places.resolv_conf.read_text() == before


def test_without_a_request_the_file_of_before_a_reboot_comes_back(places, tmp_path):
    file = tmp_path / "request"
    file.write_bytes(work.encode(REQUEST))
    program.run(file, places)
    state = places.state_dir / STATE_FILE
    state.write_text(json.dumps({**json.loads(state.read_text()), "boot": "another"}))
    assert program.run(tmp_path / "none", places) == 0
    assert places.resolv_conf.read_text() == "nameserver 192.0.2.1\n"
    assert not state.exists()


def test_a_request_that_is_none_changes_nothing(places, tmp_path):
    file = tmp_path / "request"
    file.write_bytes(changed(servers=["x"]))
    assert program.run(file, places) == 1
    assert places.resolv_conf.read_text() == "nameserver 192.0.2.1\n"
