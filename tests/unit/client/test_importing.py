"""An import: each thing that was found becomes a profile, or a sentence says why not."""

import errno
import os
import stat
from collections.abc import Callable, Sequence
from pathlib import Path
from uuid import uuid4

import pytest

from tests.support.archives import an_archive
from tests.support.texts import ATTACHED_HOME, HOME, PRIVATE_KEY, WORK
from wgdesk.client.gathering import from_bytes, from_text, gather
from wgdesk.client.history import History, Why
from wgdesk.client.importing import CANCELLED, Importer
from wgdesk.client.library import Library
from wgdesk.client.preferences import Preferences
from wgdesk.client.profile_file import ProfileFile
from wgdesk.client.store import ProfileStore
from wgdesk.client.trash import Trash
from wgdesk.domain import judging
from wgdesk.domain.import_report import Candidate, Clash, ImportLine, Outcome
from wgdesk.domain.names import parse_tunnel_name
from wgdesk.domain.options import HookMode
from wgdesk.domain.profile_errors import ProfileNotWritten

HOOK = "PostUp = touch /tmp/owned\n"
KEEP_BOTH, REPLACE, SKIP = Clash.KEEP_BOTH, Clash.REPLACE, Clash.SKIP
IMPORTED, RENAMED, REPLACED = Outcome.IMPORTED, Outcome.RENAMED, Outcome.REPLACED
KEPT, SKIPPED, FAILED = Outcome.KEPT, Outcome.SKIPPED, Outcome.FAILED


def a_candidate(title: str = "home", text: str | bytes = HOME, **values: object) -> Candidate:
    content = text if isinstance(text, bytes) else text.encode()
    return Candidate(source=f"{title}.conf", title=title, content=content, **values)


def with_comment(text: str, comment: str) -> str:
    return f"# {comment}\n{text}"


def nobody(candidate: Candidate, file: ProfileFile) -> Clash:
    raise AssertionError(f"asked about {candidate.title} and {file.name}")


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(
        ProfileStore(tmp_path / ".wireguard"),
        Preferences(tmp_path / "profiles.json"),
        History(tmp_path / "history"),
        Trash(tmp_path / "deleted"),
    )


@pytest.fixture
def bring(library: Library) -> Callable[..., tuple[ImportLine, ...]]:
    """Import these, and ask nobody or answer so."""

    def bring(*candidates: Candidate, clash: Clash | None = None) -> tuple[ImportLine, ...]:
        on_clash = nobody if clash is None else lambda *_: clash
        return Importer(library).run(candidates, on_clash, lambda *_: True)

    return bring


def texts(library: Library) -> dict[str, bytes]:
    return {file.name: file.read() for file in library.store.list()}


def outcomes(lines: Sequence[ImportLine]) -> list[Outcome]:
    return [line.outcome for line in lines]


def test_a_profile_is_taken_in_byte_by_byte_and_for_its_owner_alone(library, bring):
    text = HOME.replace("\n", "\r\n") + "# end"
    (line,) = bring(a_candidate(text=text))
    assert (line.outcome, line.name, line.title, line.why) == (IMPORTED, "home", "home", "")
    assert line.source == "home.conf"
    assert line.summary == "Sends all traffic to 192.0.2.1."
    assert texts(library) == {"home": text.encode()}
    path = library.store.folder / "home.conf"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_key_of_the_keyring_that_a_file_names_is_told(bring):
    line = f"# wgdesk-secret: PrivateKey {uuid4()}"
    (line,) = bring(a_candidate(text=HOME.replace(f"PrivateKey = {PRIVATE_KEY}", line)))
    assert line.outcome is IMPORTED
    assert judging.BORROWED in line.notes
    (line,) = bring(a_candidate("other"))
    assert line.notes == ()


def test_any_title_gets_a_name_that_an_interface_can_have(library, bring):
    title = "Büro, 2. Stock (東京) – gültig"  # noqa: RUF001  # a dash as people write it
    (line,) = bring(a_candidate(title))
    assert (line.outcome, line.title) == (IMPORTED, title)
    assert parse_tunnel_name(line.name) == line.name
    (file,) = library.store.list()
    assert (file.name, library.title(file)) == (line.name, title)


def test_a_text_without_a_title_is_named_after_its_server(bring):
    named = HOME.replace("192.0.2.1", "vpn.example.org")
    lines = bring(from_text(HOME, "Clipboard"), from_text(named, "Clipboard"))
    assert [line.title for line in lines] == ["tunnel", "vpn.example.org"]
    (again,) = bring(from_text(WORK, "Clipboard"))
    assert (again.outcome, again.title) == (RENAMED, "tunnel (2)")


def test_commands_are_never_run_and_told(library, bring):
    (line,) = bring(a_candidate(text=HOME.replace("\n[Peer]", f"{HOOK}\n[Peer]")))
    assert line.summary.endswith(" 1 command is not run.")
    assert library.preferences.hooks(line.name) is HookMode.IGNORE


@pytest.mark.parametrize(
    ("text", "part"),
    [
        (b"\xef\xbb\xbf" + HOME.encode(), "byte order mark"),
        (HOME.encode("utf-16"), "UTF-16"),
        (HOME.replace("\n", "\r").encode(), "line ends"),
        (HOME.replace("[Peer]", "[ Peer ]").encode(), "name of a section"),
    ],
)
def test_what_is_clearly_meant_is_mended_and_told(library, bring, text, part):
    (line,) = bring(a_candidate(text=text))
    assert (line.outcome, texts(library)) == (IMPORTED, {"home": HOME.encode()})
    assert part in " ".join(line.changes)
    (again,) = bring(a_candidate("again", text))
    assert (again.outcome, again.name) == (KEPT, "home")


def test_what_is_mended_in_part_says_what_is_left(library, bring):
    (line,) = bring(a_candidate(text=b"\xef\xbb\xbf" + HOME.replace("Address", "Adress").encode()))
    assert (line.outcome, line.changes) == (FAILED, ())
    assert line.why.startswith("Line 3, column 1: ")
    assert texts(library) == {}


def test_a_profile_of_another_program_is_known_in_utf_16_too(bring):
    (line,) = bring(a_candidate(text="client\ndev tun\n".encode("utf-16")))
    assert line.why == "It is an OpenVPN profile."


def test_a_long_text_is_not_read_over_and_over(bring, monkeypatch):
    monkeypatch.setattr(judging, "mend", None)
    long = b"\xef\xbb\xbf" + HOME.encode() + b"#\n" * (128 << 10)
    (line,) = bring(a_candidate(text=long))
    assert line.outcome is FAILED
    assert "byte order mark" in line.why


def test_what_is_odd_and_right_is_noted_and_left(library, bring):
    text = HOME.replace("[Peer]", "[Interface]\nMTU = 1400\n[Peer]")
    (line,) = bring(a_candidate(text=text))
    assert line.notes == ("Line 5: a second [Interface] section: the two are read as one.",)
    assert texts(library) == {"home": text.encode()}


@pytest.mark.parametrize(
    ("text", "why", "remedy"),
    [
        (HOME.replace("Address", "Adress"), "Line 3, column 1: ", "Address"),
        (HOME.replace("= 192", "= [192"), "Line 8, column ", ""),
        ("", "Line 1, column 1: the file is empty.", "[Interface]"),
        ("client\ndev tun\n", "It is an OpenVPN profile.", "another protocol"),
        ("words\n", "Line 1, column 1: ", ""),
        (b"\0" * 50, "Line 1, column 1: the file is not text", ""),
        (b"\x89PNG\r\n\x1a\n\0", "It is a picture, not a profile.", ""),
    ],
)
def test_what_is_no_profile_says_why_and_the_rest_is_imported(library, bring, text, why, remedy):
    bad, good = bring(a_candidate("bad", text), a_candidate("good"))
    assert (bad.outcome, bad.source, bad.name) == (FAILED, "bad.conf", "")
    assert bad.why.startswith(why)
    assert bad.why.endswith(".")
    assert remedy in bad.remedy
    assert good.outcome is IMPORTED
    assert texts(library) == {"good": HOME.encode()}


def test_no_key_is_in_what_is_told(bring):
    broken = HOME.replace(PRIVATE_KEY, PRIVATE_KEY[:-1])
    lines = bring(a_candidate("bad", broken), a_candidate("good"))
    assert PRIVATE_KEY[:20] not in repr(lines)


def test_a_refusal_comes_through_with_its_remedy(library, bring):
    refused = Candidate(source="a.zip", refusal="It is locked.", remedy="Unlock it.")
    bad, good = bring(refused, a_candidate())
    assert (bad.outcome, bad.why, bad.remedy) == (FAILED, "It is locked.", "Unlock it.")
    assert good.outcome is IMPORTED


def test_what_the_source_knew_and_a_profile_cannot_say_is_told(bring):
    (line,) = bring(a_candidate(unsupported=("Its route metric is not kept.",)))
    assert line.unsupported == ("Its route metric is not kept.",)


def test_the_same_file_twice_is_there_once(library, bring):
    assert outcomes(bring(a_candidate(), a_candidate())) == [IMPORTED, KEPT]
    (line,) = bring(a_candidate())
    assert (line.outcome, line.name, line.why) == (KEPT, "home", "It is there already.")
    assert list(texts(library)) == ["home"]


def test_the_same_profile_under_another_name_and_in_other_words_is_known(library, bring):
    bring(a_candidate())
    other = with_comment(HOME, "from the provider").replace(" = ", "=")
    (line,) = bring(a_candidate("other", other))
    assert (line.outcome, line.name) == (KEPT, "home")
    assert line.why == "It is there already, as “home”."
    assert list(texts(library)) == ["home"]


def test_a_profile_with_another_key_is_another_profile(bring):
    bring(a_candidate())
    (line,) = bring(a_candidate("other", HOME.replace(PRIVATE_KEY, PRIVATE_KEY[1:-2] + "AY=")))
    assert line.outcome is IMPORTED


def test_both_are_kept(library, bring):
    bring(a_candidate())
    (line,) = bring(a_candidate(text=WORK), clash=KEEP_BOTH)
    assert (line.outcome, line.title) == (RENAMED, "home (2)")
    assert line.why == "There is another profile named “home”."
    assert texts(library) == {"home": HOME.encode(), line.name: WORK.encode()}
    (third,) = bring(a_candidate(text=ATTACHED_HOME), clash=KEEP_BOTH)
    assert third.title == "home (3)"


def test_the_old_one_gives_way(library, bring):
    bring(a_candidate())
    (line,) = bring(a_candidate(text=WORK), clash=REPLACE)
    assert (line.outcome, line.name) == (REPLACED, "home")
    assert texts(library) == {"home": WORK.encode()}
    (version,) = library.history("home")
    assert (library.version(version), version.why) == (HOME.encode(), Why.REPLACED)
    (again,) = bring(a_candidate(text=HOME), clash=REPLACE)
    assert again.outcome is REPLACED


def test_after_a_replacement_the_new_text_is_there_and_the_old_one_is_not(library, bring):
    bring(a_candidate())
    lines = bring(
        a_candidate(text=WORK), a_candidate("new", WORK), a_candidate("old", HOME), clash=REPLACE
    )
    assert outcomes(lines) == [REPLACED, KEPT, IMPORTED]
    assert texts(library) == {"home": WORK.encode(), "old": HOME.encode()}


def test_new_commands_do_not_inherit_who_runs_them(library, bring):
    bring(a_candidate())
    library.preferences.set_hooks("home", HookMode.ME)
    bring(a_candidate(text=HOME.replace("\n[Peer]", f"{HOOK}\n[Peer]")), clash=REPLACE)
    assert library.preferences.hooks("home") is HookMode.IGNORE


def test_the_old_one_stays(library, bring):
    bring(a_candidate())
    (line,) = bring(a_candidate(text=WORK), clash=SKIP)
    assert (line.outcome, line.name) == (SKIPPED, "")
    assert line.why == "Another profile has that name, and was left as it is."
    assert texts(library) == {"home": HOME.encode()}


@pytest.mark.parametrize("clash", list(Clash))
def test_candidates_of_one_name_are_all_kept_whatever_is_done_with_old_ones(library, bring, clash):
    first, second, third = bring(
        a_candidate(), a_candidate(text=WORK), a_candidate(text=ATTACHED_HOME)
    )
    assert outcomes([first, second, third]) == [IMPORTED, RENAMED, RENAMED]
    assert [line.title for line in (first, second, third)] == ["home", "home (2)", "home (3)"]
    assert sorted(texts(library).values()) == sorted(
        text.encode() for text in (HOME, WORK, ATTACHED_HOME)
    )
    more = bring(
        a_candidate(text=with_comment(HOME, "1").replace("25", "26")),
        a_candidate(text=with_comment(HOME, "2").replace("25", "27")),
        clash=clash,
    )
    expected = {
        KEEP_BOTH: [RENAMED, RENAMED],
        REPLACE: [REPLACED, RENAMED],
        SKIP: [SKIPPED, SKIPPED],
    }
    assert outcomes(more) == expected[clash]


def test_titles_that_are_cut_to_the_same_are_told_apart(library, bring):
    long = "sehr lang " * 20
    lines = bring(a_candidate(f"{long} 1"), a_candidate(f"{long} 2", WORK))
    assert outcomes(lines) == [IMPORTED, RENAMED]
    first, second = (line.title for line in lines)
    assert (len(first), len(second)) == (99, 100)
    assert second.endswith(" (2)")
    assert {it.title for it in library.preferences.all().values()} == {first, second}


def test_a_clash_with_a_file_name_is_one_too(library, bring):
    (line,) = bring(a_candidate("My home"))
    asked = []

    def on_clash(candidate, file):
        asked.append((candidate.title, library.title(file)))
        return SKIP

    candidates = [a_candidate(line.name, WORK)]
    (skipped,) = Importer(library).run(candidates, on_clash, lambda *_: True)
    assert skipped.outcome is SKIPPED
    assert asked == [(line.name, "My home")]


def test_case_makes_no_other_name(library, bring):
    bring(a_candidate("home"))
    (skipped,) = bring(a_candidate("Home", WORK), clash=SKIP)
    assert skipped.outcome is SKIPPED
    (line,) = bring(a_candidate("HOME", WORK), clash=KEEP_BOTH)
    assert (line.outcome, line.title) == (RENAMED, "HOME (2)")
    both = bring(a_candidate("ort", HOME.replace("25", "26")), a_candidate("Ort", ATTACHED_HOME))
    assert [line.title for line in both] == ["ort", "Ort (2)"]


def test_a_cancelled_import_keeps_what_is_written_and_skips_the_rest(library):
    candidates = [
        a_candidate(f"t{number}", HOME.replace("25", f"{number + 1}")) for number in range(5)
    ]
    told = []

    def progress(done, total):
        told.append((done, total))
        return done < 3

    lines = Importer(library).run(candidates, nobody, progress)
    assert outcomes(lines) == [IMPORTED] * 3 + [SKIPPED] * 2
    assert {line.why for line in lines[3:]} == {CANCELLED}
    assert [line.source for line in lines] == [it.source for it in candidates]
    assert sorted(texts(library)) == ["t0", "t1", "t2"]
    assert told == [(0, 5), (1, 5), (2, 5), (3, 5)]


def test_progress_is_told_to_the_end(library):
    told = []
    Importer(library).run(
        [a_candidate()], nobody, lambda done, total: told.append((done, total)) or True
    )
    assert told == [(0, 1), (1, 1)]


def test_a_file_that_cannot_be_written_leaves_the_others(library, bring, monkeypatch):
    create = library.create

    def full(title, content, **values):
        if title == "b":
            raise ProfileNotWritten("~/.wireguard/b.conf", os.strerror(errno.ENOSPC).lower())
        return create(title, content, **values)

    monkeypatch.setattr(library, "create", full)
    lines = bring(a_candidate("a"), a_candidate("b", WORK), a_candidate("c", ATTACHED_HOME))
    assert outcomes(lines) == [IMPORTED, FAILED, IMPORTED]
    assert "b.conf" in lines[1].why
    assert "no space left" in lines[1].why
    assert sorted(texts(library)) == ["a", "c"]


def test_titles_that_cannot_be_saved_are_told_and_the_profiles_are_there(library, bring):
    (library.store.folder.parent / "profiles.json").mkdir()
    (library.store.folder.parent / "profiles.bad").mkdir()
    (library.store.folder.parent / "profiles.bad" / "full").touch()
    named, plain = bring(a_candidate("My home"), a_candidate("work", WORK))
    assert (named.outcome, named.name, named.title) == (IMPORTED, "my-home", "my-home")
    assert "cannot be saved" in named.why
    assert (plain.outcome, plain.why) == (IMPORTED, "")
    assert sorted(texts(library)) == ["my-home", "work"]


def test_a_file_that_is_unreadable_is_not_replaced(library, bring):
    folder = library.store.folder
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.mkfifo(folder / "home.conf")
    bad, good = bring(a_candidate(), a_candidate("work", WORK), clash=REPLACE)
    assert (bad.outcome, good.outcome) == (FAILED, IMPORTED)
    assert "it is a pipe" in bad.why


def test_a_preview_tells_the_same_and_writes_nothing(library, bring):
    bring(a_candidate("a"), a_candidate("b", WORK))
    before = texts(library)
    candidates = [
        a_candidate("a"),
        a_candidate("b", ATTACHED_HOME),
        a_candidate("c", HOME.replace("25", "26")),
        a_candidate("c", HOME.replace("25", "27")),
        a_candidate("c", "words"),
        a_candidate("Ein langer Name mit Leerzeichen", HOME.replace("25", "28")),
        a_candidate("Ein langer Name mit Leerzeichen!", HOME.replace("25", "29")),
    ]
    importer = Importer(library)
    for clash in Clash:
        previewed = importer.preview(candidates, lambda *_, clash=clash: clash)
        assert texts(library) == before
        assert len(previewed) == len(candidates)
    told = importer.run(candidates, lambda *_: SKIP, lambda *_: True)
    assert told == previewed
    assert outcomes(told) == [KEPT, SKIPPED, IMPORTED, RENAMED, FAILED, IMPORTED, IMPORTED]


def test_five_hundred_profiles_of_an_archive_in_one_go(library, tmp_path):
    names = [f"Ünïcödé {at} 東京, Москва, القاهرة 🇳🇱 " + "sehr lang " * 5 for at in range(500)]
    files = {
        f"{name.strip()}.conf": HOME.replace("192.0.2.1", f"192.0.{at // 250}.{at % 250}").encode()
        for at, name in enumerate(names)
    }
    path = tmp_path / "provider.zip"
    path.write_bytes(an_archive(files))
    lines = Importer(library).run(tuple(gather([path])), nobody, lambda *_: True)
    assert outcomes(lines) == [IMPORTED] * 500
    assert [line.title for line in lines] == [name.strip() for name in names]
    assert [line.source for line in lines] == [f"provider.zip, {name}" for name in files]
    assert len({line.name for line in lines}) == 500
    assert all(parse_tunnel_name(line.name) for line in lines)
    by_name = {file.name: file for file in library.store.list()}
    titles = library.preferences.all()
    for line, content in zip(lines, files.values(), strict=True):
        file = by_name[line.name]
        assert (titles[file.name].title, file.read()) == (line.title, content)
        assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
        assert line.summary.startswith("Sends all traffic to 192.0.")


def test_everything_bad_at_once_stops_nothing(library, bring, tmp_path):
    archive = an_archive(
        {
            "../../evil.conf": HOME.encode(),
            "bomb.conf": b"0" * (1 << 20),
            "more.zip": an_archive({"a.conf": HOME.encode()}),
            "openvpn.conf": b"client\ndev tun\n",
            "good.conf": HOME.encode(),
        }
    )
    lines = bring(
        *from_bytes(archive, "provider.zip"),
        from_text("x" * 50_000_000, "Clipboard"),
        *gather([Path("/nonexistent.conf")]),
        a_candidate("last", WORK),
    )
    assert outcomes(lines) == [FAILED] * 4 + [IMPORTED, FAILED, FAILED, IMPORTED]
    for line in lines:
        assert line.source
        assert line.outcome is IMPORTED or line.why.endswith(".")
    assert sorted(texts(library)) == ["good", "last"]
