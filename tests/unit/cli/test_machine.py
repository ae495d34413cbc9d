"""What `import --from-machine` prints and gives, without a bus."""

import json

import pytest

from tests.support.fakes import FakeBackend
from tests.support.texts import HOME
from wgdesk.cli import machine
from wgdesk.cli import main as cli
from wgdesk.cli.machine import list_machine, machine_candidates
from wgdesk.client.machine_sources import MachineSources
from wgdesk.domain.found_profile import Findings, FoundProfile, SourceKind
from wgdesk.domain.import_report import Candidate

HOME_FILE = FoundProfile(
    kind=SourceKind.SYSTEM,
    name="home",
    title="home",
    source="/etc/wireguard/home.conf",
    is_up=True,
    starts_by_itself=True,
)
OFFICE = FoundProfile(
    kind=SourceKind.NETWORKMANAGER,
    name="uuid-office",
    title="My\x1b Office",
    source="NetworkManager, My? Office",
    starts_by_itself=True,
)
NM_HOME = FoundProfile(
    kind=SourceKind.NETWORKMANAGER, name="uuid-home", title="home", source="NetworkManager, home"
)
ALL = (HOME_FILE, OFFICE, NM_HOME)


@pytest.fixture
def backend():
    return FakeBackend()


@pytest.fixture
def findings(monkeypatch):
    """What is found; a test puts it in."""
    told = {"findings": Findings(profiles=ALL), "closed": 0, "may_ask": []}

    async def find(_self, *, may_ask=False):
        told["may_ask"].append(may_ask)
        return told["findings"]

    async def fetch_all(_self, found):
        return tuple(
            Candidate(source=it.source, title=it.title, content=HOME.encode()) for it in found
        )

    async def close(_self):
        told["closed"] += 1

    for function in (find, fetch_all, close):
        monkeypatch.setattr(MachineSources, function.__name__, function)
    return told


async def test_the_list_has_title_place_and_what_it_does(findings, backend, capsys):
    assert await list_machine(backend, as_json=False) == 0
    assert capsys.readouterr().out.splitlines() == [
        "home        /etc/wireguard/home.conf  up, starts at boot",
        "My? Office  NetworkManager            connects by itself",
        "home        NetworkManager",
        machine.HOW,
    ]
    assert (findings["may_ask"], findings["closed"]) == ([True], 1)


async def test_nothing_at_all_is_said(findings, backend, capsys):
    findings["findings"] = Findings()
    await list_machine(backend, as_json=False)
    assert capsys.readouterr().out.splitlines() == [machine.NONE]


async def test_notes_are_told_beside_the_list(findings, backend, capsys):
    findings["findings"] = Findings(notes=("NetworkManager does not run here.",))
    await list_machine(backend, as_json=False)
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err == "wgdesk: NetworkManager does not run here.\n"


async def test_the_list_as_a_document(findings, backend, capsys):
    findings["findings"] = Findings(profiles=(HOME_FILE,), notes=("x",), hides_names=True)
    await list_machine(backend, as_json=True)
    assert json.loads(capsys.readouterr().out) == {
        "v": 1,
        "profiles": [
            {
                "kind": "system",
                "name": "home",
                "title": "home",
                "source": "/etc/wireguard/home.conf",
                "up": True,
                "starts_by_itself": True,
            }
        ],
        "notes": ["x"],
        "names_hidden": True,
    }


@pytest.fixture
def wgdesk(findings, monkeypatch, tmp_path, capsys):
    """Runs a verb in an empty home; gives the exit code and both outputs."""
    for variable in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))

    def run(*words):
        code = cli.main(["import", *words], FakeBackend)
        return code, *capsys.readouterr()

    return run


def test_without_names_the_verb_lists_and_takes_nothing_in(wgdesk, tmp_path):
    code, out, _ = wgdesk("--from-machine")
    assert (code, out.splitlines()[-1]) == (0, machine.HOW)
    assert json.loads(wgdesk("--from-machine", "--json")[1])["names_hidden"] is False
    assert not (tmp_path / ".wireguard").exists()


def test_with_names_it_takes_them_in(wgdesk, tmp_path):
    code, out, err = wgdesk("--from-machine", "home", "gone", "--on-clash=keep-both")
    assert code == 1
    assert err.startswith("wgdesk: cannot import gone: neither /etc/wireguard nor NetworkM")
    assert out.startswith("/etc/wireguard/home.conf: imported as home\n")
    assert (tmp_path / ".wireguard/home.conf").read_bytes() == HOME.encode()


def test_a_dry_run_writes_nothing(wgdesk, tmp_path):
    code, out, _ = wgdesk("--dry-run", "--from-machine", "uuid-home")
    assert code == 0
    assert "would be imported as home" in out
    assert not (tmp_path / ".wireguard/home.conf").exists()


@pytest.mark.parametrize(
    "words", [[], ["x.conf", "--from-machine"], ["x.conf", "--from-machine", "y"]]
)
def test_paths_and_the_machine_are_not_mixed(wgdesk, words):
    code, _, err = wgdesk(*words)
    assert code == 2
    assert "--from-machine" in err


@pytest.mark.parametrize(
    ("names", "meant"),
    [
        (["home"], [HOME_FILE, NM_HOME]),
        (["/etc/wireguard/home.conf"], [HOME_FILE]),
        (["uuid-home"], [NM_HOME]),
        (["My\x1b Office", "home", "home"], list(ALL)),
    ],
)
async def test_a_name_means_all_of_that_name(findings, backend, names, meant):
    candidates = await machine_candidates(backend, names)
    assert [it.source for it in candidates] == [it.source for it in meant]
    assert findings["closed"] == 1


async def test_a_name_that_is_not_there_does_not_keep_others_back(findings, backend, capsys):
    findings["findings"] = Findings(profiles=ALL, notes=("NetworkManager does not run here.",))
    given, absent = await machine_candidates(backend, ["uuid-home", "gone"])
    assert given.content
    assert (absent.source, absent.content) == ("gone", b"")
    assert absent.refusal.endswith("has a profile of that name.")
    assert absent.remedy
    assert "does not run" in capsys.readouterr().err
