"""The manual tells what the program takes, and the completions of three shells offer it."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.support.command_line import Verb, verbs

RESOURCES = Path(__file__).resolve().parents[3] / "resources"
MANUAL = RESOURCES / "man"
COMPLETION = RESOURCES / "completion"
VERBS = verbs()
# What Tab gives behind “wgdesk up $2”, without an interactive shell.
TAB = """
_init_completion() { words=(wgdesk up "$typed") cword=2 cur=$typed prev=up; }
compopt() { :; }
_filedir() { :; }
typed=$2
. "$1"
_wgdesk
printf '%s\\n' "${COMPREPLY[@]}"
"""


def plain(text: str) -> str:
    """Without the marks of typesetting."""
    text = re.sub(r"\\f[BIR]", "", text).replace("\\-", "-")
    return re.sub(r"(?m)^\.(B|BR|I|IR|RB|RI) ", "", text)


def paragraphs(page: str) -> dict[str, str]:
    """The verb each begins with, and its text."""
    found = {}
    for part in re.split(r"(?m)^\.TP\n", (MANUAL / page).read_text(encoding="utf-8"))[1:]:
        text = plain(re.split(r"(?m)^\.(?:SH|TP)", part)[0])
        found.setdefault(text.split()[0], text)
    return found


def missing_of(verb: Verb, text: str) -> list[str]:
    wanted = (*verb.options, *verb.words)
    return [it for it in wanted if not re.search(rf"(?<![\w-]){re.escape(it)}(?![\w-])", text)]


@pytest.mark.parametrize("verb", VERBS, ids=lambda it: it.name)
def test_the_manual_has_each_verb_with_all_that_it_takes(verb):
    assert missing_of(verb, paragraphs("wgdesk.1").get(verb.name, "")) == []
    assert verb.name in paragraphs("wgdesk.1")


def test_the_manual_has_no_verb_that_is_none():
    page = (MANUAL / "wgdesk.1").read_text(encoding="utf-8")
    verbs_part = page[page.index(".SH TUNNELS") : page.index(".SH EXIT STATUS")]
    named = re.findall(r"(?m)^\.T[PQ]\n\.B (\w+)", verbs_part)
    assert set(named) == {it.name for it in VERBS}


@pytest.mark.parametrize("page", sorted(MANUAL.iterdir()), ids=lambda it: it.name)
def test_a_page_bears_its_own_name_and_section(page):
    title = re.search(r"(?m)^\.TH (\S+) (\d) ", page.read_text(encoding="utf-8"))
    assert title is not None
    assert f"{title[1].lower()}.{title[2]}" == page.name


def bash_lines() -> dict[str, str]:
    text = (COMPLETION / "wgdesk.bash").read_text(encoding="utf-8")
    found: dict[str, str] = {}
    for names, rest in re.findall(r"(?m)^        ([\w:. |-]+)\) (.*) ;;", text):
        for name in names.split(" | "):
            found[name.split(":")[0]] = found.get(name.split(":")[0], "") + f" {name} {rest}"
    return found


def test_bash_offers_all():
    lines = bash_lines()
    listed = re.search(r"_wgdesk_verbs='([^']*)'", (COMPLETION / "wgdesk.bash").read_text())
    assert listed is not None
    assert listed[1].split() == [it.name for it in VERBS]
    told = {it.name: lines.get(it.name, "").replace("$'", " ").replace("\\n", " ") for it in VERBS}
    assert {name: missing_of(verb_named(name), text) for name, text in told.items()} == NOTHING


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("", {"home", "a b", "*", "$(touch ran)", "`touch ran`"}),
        ("ho", {"home"}),
        ("$(", {"$(touch ran)"}),
    ],
)
def test_bash_runs_nothing_that_a_file_has_in_its_name(tmp_path, typed, offered):
    folder = tmp_path / ".wireguard"
    folder.mkdir()
    for name in ("home", "a b", "*", "$(touch ran)", "`touch ran`"):
        (folder / f"{name}.conf").touch()
    done = subprocess.run(
        ["bash", "-c", TAB, "tab", str(COMPLETION / "wgdesk.bash"), typed],
        cwd=tmp_path,
        env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert set(done.stdout.splitlines()) == offered
    assert not (tmp_path / "ran").exists()


def test_zsh_offers_all():
    text = (COMPLETION / "wgdesk.zsh").read_text(encoding="utf-8")
    assert re.findall(r"(?m)^        '([a-z]+):", text) == [it.name for it in VERBS]
    shared = dict(re.findall(r"(?ms)^    (json|explain|raising)=\((.*?)\)\n(?=    \S)", text))
    parts = re.findall(r"(?ms)^        (\w+)\)(.*?);;", text)
    told = dict(parts)
    for name, part in parts:
        told[name] = re.sub(r"\$(\w+)", lambda it: shared.get(it[1], ""), part)
    told = {it.name: told.get(it.name, "") for it in VERBS}
    assert {name: missing_of(verb_named(name), it) for name, it in told.items()} == NOTHING


def test_fish_offers_all():
    text = (COMPLETION / "wgdesk.fish").read_text(encoding="utf-8")
    firsts = re.findall(r"__fish_is_first_arg -a (\w+)", text)
    assert firsts == [it.name for it in VERBS]
    told = dict.fromkeys(firsts, "")
    for names, rest in re.findall(r"-n '__wgdesk_behind ([\w ]+)' (.*)", text):
        for name in names.split():
            told[name] += re.sub(r"-l (\S+)", r"--\1", re.sub(r"-s (\w)", r"-\1", rest)) + "\n"
    assert {name: missing_of(verb_named(name), it) for name, it in told.items()} == NOTHING


def verb_named(name: str) -> Verb:
    return next(it for it in VERBS if it.name == name)


NOTHING: dict[str, list[str]] = {it.name: [] for it in VERBS}
