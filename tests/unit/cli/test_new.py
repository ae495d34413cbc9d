"""`new`: what is made, and what is said about it."""

import pytest

from tests.support.demo_server import demo_server
from wgdesk.cli.main import main
from wgdesk.client.library import Library
from wgdesk.client.store import ProfileStore
from wgdesk.domain.conf import parse, read_profile
from wgdesk.domain.profile_errors import ProfileNotWritten


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("HOME", str(tmp_path))
    for variable in ("XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(variable, raising=False)

    def run(*argv):
        code = main(list(argv))
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def profiles(tmp_path):
    return {it.name: it.read() for it in ProfileStore(tmp_path / ".wireguard").list()}


@pytest.fixture
def demo():
    with demo_server() as made:
        yield made


def test_an_empty_one_has_a_fresh_key_and_tells_its_public_one(run, tmp_path):
    code, out, _ = run("new", "Mein Büro")
    assert code == 0
    content = profiles(tmp_path)["mein-buro"]
    key = read_profile(content).interface.private_key
    assert f"Its public key: {key.public()}" in out
    assert key.base64() not in out
    assert (tmp_path / ".wireguard" / "mein-buro.conf").stat().st_mode & 0o777 == 0o600
    run("new", "Mein Büro")
    assert profiles(tmp_path)["mein-buro-2"] != content


def test_both_ends_of_a_server(run, tmp_path):
    argv = ("--server", "vpn.example:443", "--device", "phone", "--device", "laptop")
    code, out, _ = run("new", "Home", *argv, "--only", "192.168.1.0/24", "--dns", "10.0.0.1")
    assert code == 0
    found = profiles(tmp_path)
    assert sorted(found) == ["home-laptop", "home-phone", "home-server"]
    assert all(parse(content).problems == () for content in found.values())
    phone = read_profile(found["home-phone"])
    assert str(phone.peers[0].endpoint) == "vpn.example:443"
    assert [str(it) for it in phone.interface.dns_servers] == ["10.0.0.1"]
    assert not phone.is_full_tunnel()
    assert "They are not run before you say so" in out
    code, _, _ = run("new", "Away", "--server", "[2001:db8::1]:7")
    assert str(read_profile(profiles(tmp_path)["Away"]).peers[0].endpoint) == "[2001:db8::1]:7"


def test_a_place_on_a_demo_server(run, tmp_path, demo):
    code, out, _ = run("new", "Demo", "--demo", f"127.0.0.1:{demo.port}")
    assert code == 0
    profile = read_profile(profiles(tmp_path)["Demo"])
    assert demo.heard[0] == f"{profile.interface.private_key.public()}\n".encode()
    assert profile.peers[0].public_key == demo.public_key
    assert not profile.is_full_tunnel()
    assert "for trying only" in out


@pytest.mark.parametrize(
    ("argv", "code"),
    [
        (("",), 1),
        (("x", "--server", ""), 2),
        (("x", "--server", "a:b"), 2),
        (("x", "--server", "a", "--only", "nonsense"), 2),
        (("x", "--server", "a", "--only", "0.0.0.0/0"), 1),
        (("x", "--server", "a", "--dns", "nonsense"), 2),
        (("x", "--demo", "127.0.0.1:1"), 1),
        (("x", "--demo", "a", "--server", "b"), 2),
        (("x", "--server", "a b"), 2),
        (("x", "--server", "a\nPostUp = b"), 2),
        (("x", "--server", "a", "--dns", "fe80::1%eth0"), 2),
        (("x", "--server", "a", "--device", "two\nlines"), 1),
        (("x", "--device", "phone"), 2),
        (("x", "--demo", "a", "--only", "10.0.0.0/8"), 2),
        (("x", "--server", "a", "--all"), 2),
    ],
)
def test_what_cannot_be_makes_nothing(run, tmp_path, argv, code):
    found, out, err = run("new", *argv)
    assert (found, out) == (code, "")
    assert err.startswith("wgdesk")
    assert profiles(tmp_path) == {}


def test_what_is_wrong_is_named_with_its_option(run):
    _, _, err = run("new", "x", "--server", "a", "--only", "10.0.0.0/255.0.0.0")
    said, remedy = err.splitlines()
    assert said.startswith("wgdesk: cannot make x: --only 10.0.0.0/255.0.0.0: the network's size")
    assert remedy == "Write “10.0.0.0/8”."


def test_one_that_cannot_be_written_takes_the_others_with_it(run, tmp_path, monkeypatch):
    create = Library.create

    def fail(self, title, content):
        if title.endswith("laptop"):
            raise ProfileNotWritten("laptop.conf", "no space left on device")
        return create(self, title, content)

    monkeypatch.setattr(Library, "create", fail)
    code, out, err = run("new", "Home", "--server", "a", "--device", "phone", "--device", "laptop")
    assert (code, out) == (1, "")
    assert "no space left on device" in err
    assert profiles(tmp_path) == {}


def test_no_place_is_asked_for_without_a_name(run, demo):
    code, _, _ = run("new", " ", "--demo", f"127.0.0.1:{demo.port}")
    assert code == 1
    assert demo.heard == []
