"""What may be profiles, found wherever somebody points."""

import os
import socket
import time
from pathlib import Path

import pytest

from tests.support.archives import an_archive
from tests.support.pictures import a_code, blank, grey, several
from tests.support.texts import ATTACHED_HOME, HOME
from wgdesk.client import gathering, profile_folder
from wgdesk.client.gathering import from_bytes, from_pixels, from_text, gather
from wgdesk.domain.import_report import Candidate

GOOD = HOME.encode()
MIB = 1 << 20


def gathered(*paths: Path) -> list[Candidate]:
    return list(gather(paths))


def refusal(path: Path) -> str:
    (candidate,) = gathered(path)
    assert candidate.source in (path.name, str(path))
    assert not candidate.content
    return candidate.refusal


def a_file(path: Path, content: bytes = GOOD) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_files_are_candidates_in_their_order(tmp_path):
    home = a_file(tmp_path / "My home, 2nd floor.conf")
    away = a_file(tmp_path / "away.txt", ATTACHED_HOME.encode())
    bare = a_file(tmp_path / "nl.ams-1")
    first, second, third = gathered(home, away, bare)
    assert (first.source, first.title) == ("My home, 2nd floor.conf", "My home, 2nd floor")
    assert (first.content, first.refusal) == (GOOD, "")
    assert (second.title, third.title) == ("away", "nl.ams-1")


def test_files_of_one_name_are_told_by_their_paths(tmp_path):
    paths = [a_file(tmp_path / folder / "wg0.conf") for folder in "ab"]
    other = a_file(tmp_path / "other.conf")
    assert [it.source for it in gathered(*paths, other)] == [*map(str, paths), "other.conf"]


def test_a_file_that_is_named_by_a_link_is_read(tmp_path):
    link = tmp_path / "link.conf"
    link.symlink_to(a_file(tmp_path / "real"))
    (candidate,) = gathered(link)
    assert (candidate.title, candidate.content) == ("link", GOOD)


def test_an_archive_and_a_picture_are_known_by_their_content(tmp_path):
    archive = a_file(tmp_path / "provider", an_archive({"berlin.conf": GOOD}))
    picture = a_file(tmp_path / "phone.conf", a_code(HOME))
    first, second = gathered(archive, picture)
    assert (first.source, first.content) == ("provider, berlin.conf", GOOD)
    assert (second.source, second.title, second.content) == ("phone.conf", "phone", GOOD)


def test_a_folder_has_its_profiles_and_those_one_floor_down(tmp_path):
    folder = tmp_path / "vpn"
    for name in ("10.conf", "2.conf", "b/1.CONF", "b/c/deep.conf", ".hidden.conf", ".git/x.conf"):
        a_file(folder / name)
    a_file(folder / "readme.txt")
    a_file(folder / "other.zip", an_archive({"a.conf": GOOD}))
    assert [it.source for it in gathered(folder)] == ["vpn/2.conf", "vpn/10.conf", "vpn/b/1.CONF"]
    assert [it.title for it in gathered(folder)] == ["2", "10", "1"]


def test_a_folder_without_profiles_says_so(tmp_path):
    assert refusal(tmp_path) == "There is no .conf file in the folder."


def test_a_link_in_a_folder_leads_nowhere_else(tmp_path):
    secret = a_file(tmp_path / "secret.conf")
    folder = tmp_path / "vpn"
    a_file(folder / "good.conf")
    (folder / "out.conf").symlink_to(secret)
    (folder / "inner").symlink_to(tmp_path)
    good, out = gathered(folder)
    assert (good.source, good.content) == ("vpn/good.conf", GOOD)
    assert out.source == "vpn/out.conf"
    assert out.refusal.startswith("It is a link that leads out of /")


def test_a_folder_with_too_much_in_it_is_cut_off(tmp_path, monkeypatch):
    for number in range(7):
        a_file(tmp_path / f"{number}.conf")
    monkeypatch.setattr(profile_folder, "MAX_PROFILES", 5)
    *found, rest = gathered(tmp_path)
    assert len(found) == 5
    assert rest.refusal.endswith(": 2 were left out.")
    monkeypatch.setattr(profile_folder, "MAX_TOTAL_BYTES", 2 * len(GOOD))
    *found, rest = gathered(tmp_path)
    assert len(found) == 2
    assert rest.refusal.endswith(": 5 were left out.")


def test_a_huge_folder_is_not_looked_through_to_the_end(tmp_path, monkeypatch):
    for number in range(9):
        a_file(tmp_path / f"{number}.conf")
    monkeypatch.setattr(profile_folder, "MAX_ENTRIES", 4)
    assert len(gathered(tmp_path)) == 4


def test_a_subfolder_of_somebody_else_is_passed_over(tmp_path, monkeypatch):
    a_file(tmp_path / "a.conf")
    a_file(tmp_path / "closed" / "b.conf")
    scan = os.scandir

    def scandir(path):
        if os.fspath(path).endswith("closed"):
            raise PermissionError(13, "Permission denied")
        return scan(path)

    monkeypatch.setattr(os, "scandir", scandir)
    assert [it.title for it in gathered(tmp_path)] == ["a"]


def test_what_is_not_there_is_told_and_the_rest_is_found(tmp_path):
    good = a_file(tmp_path / "good.conf")
    missing, found = gathered(tmp_path / "missing.conf", good)
    assert (missing.source, missing.refusal) == ("missing.conf", "There is no such file or folder.")
    assert found.content == GOOD


def test_a_path_that_cannot_be_is_told():
    (candidate,) = gathered(Path("a\0b.conf"))
    assert (candidate.source, candidate.refusal) == (
        "a?b.conf",
        "There is no such file or folder.",
    )


def test_a_file_that_may_not_be_read_is_told(tmp_path, monkeypatch):
    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    assert refusal(a_file(tmp_path / "a.conf")) == "You have no permission to read it."


def test_what_is_no_file_is_told(tmp_path):
    pipe = tmp_path / "pipe.conf"
    os.mkfifo(pipe)
    assert refusal(pipe) == "It is a pipe, not a file."
    assert refusal(Path("/dev/zero")) == "It is a device, not a file."
    with socket.socket(socket.AF_UNIX) as end:
        end.bind(str(tmp_path / "s.conf"))
        assert refusal(tmp_path / "s.conf") == "It is a socket, not a file."


def test_a_file_system_that_does_not_answer_is_not_waited_for(tmp_path, monkeypatch):
    monkeypatch.setattr(gathering, "PATIENCE_S", 0.05)
    monkeypatch.setattr(gathering, "read_plain", lambda *_: time.sleep(1))
    assert "has not answered for 0.05 seconds" in refusal(a_file(tmp_path / "a.conf"))


@pytest.mark.parametrize(
    ("size", "why"),
    [
        (MIB + 1, "It is larger than 1 MiB, and no profile needs that much."),
        (33 * MIB, "It is larger than 32 MiB, which no profiles are."),
    ],
)
def test_a_large_file_is_refused(tmp_path, size, why):
    path = tmp_path / "a.conf"
    with path.open("wb") as sparse:
        sparse.truncate(size)
    assert refusal(path) == why
    (candidate,) = from_bytes(bytes(size), "a.conf")
    assert candidate.refusal == why


def test_an_archive_that_is_too_large_is_not_opened(monkeypatch):
    archive = an_archive({"a.conf": GOOD})
    monkeypatch.setattr(gathering, "MAX_FILE_BYTES", len(archive) - 1)
    (candidate,) = from_bytes(archive, "provider.zip")
    assert candidate.refusal.startswith("It is larger than")


def test_a_large_file_of_another_kind_is_called_by_its_name(tmp_path):
    path = a_file(tmp_path / "backup.conf", b"\x1f\x8b" + bytes(2 * MIB))
    assert refusal(path) == "It is an archive, and only .zip archives are read."


def test_a_pasted_text_is_a_candidate():
    candidate = from_text(HOME, "Clipboard")
    assert (candidate.source, candidate.title, candidate.content) == ("Clipboard", "", GOOD)


@pytest.mark.parametrize("text", ["", " \n\t "])
def test_nothing_was_pasted(text):
    assert from_text(text, "Clipboard").refusal == "There is no text in it."


def test_fifty_megabytes_of_clipboard_are_refused():
    candidate = from_text("x" * 50_000_000, "Clipboard")
    assert candidate.refusal == "The text is longer than 1 MiB, and no profile needs that much."
    assert not candidate.content


def test_a_text_of_half_characters_stays_bytes():
    assert from_text("[Interface]\n# \ud800\n", "Clipboard").content.startswith(b"[Interface]")


def test_bytes_without_a_path_are_what_they_are():
    (text,) = from_bytes(GOOD, "Standard input")
    (packed,) = from_bytes(an_archive({"a.conf": GOOD}), "Standard input")
    (seen,) = from_bytes(a_code(HOME), "Standard input")
    assert text.content == packed.content == seen.content == GOOD
    assert packed.source == "Standard input, a.conf"


def test_a_code_of_something_else_is_told():
    (candidate,) = from_bytes(a_code("https://example.org"), "poster.png", "poster")
    assert candidate.source == "poster.png"
    assert candidate.refusal == "The picture has a QR code, but not of a WireGuard profile."


def test_a_picture_without_a_code_is_told():
    (candidate,) = from_bytes(blank(), "cat.png")
    assert candidate.refusal == "There is no QR code in the picture, or it cannot be read."
    assert candidate.remedy


def test_codes_of_something_else_beside_a_profile_are_passed_over():
    (candidate,) = from_bytes(several(["https://example.org", HOME]), "two.png", "two")
    assert (candidate.source, candidate.title, candidate.content) == ("two.png", "two", GOOD)


def test_several_profiles_in_one_picture_are_counted():
    found = from_bytes(several([HOME, ATTACHED_HOME]), "two.png", "two")
    assert [it.source for it in found] == ["two.png, code 1", "two.png, code 2"]
    assert {it.content for it in found} == {GOOD, ATTACHED_HOME.encode()}


def test_a_damaged_picture_is_told(tmp_path):
    good = a_file(tmp_path / "good.conf")
    bad = a_file(tmp_path / "bad.png", a_code(HOME)[:300])
    refused, found = gathered(bad, good)
    assert (refused.source, refused.refusal) == ("bad.png", "The picture is damaged.")
    assert found.content == GOOD


def test_pixels_of_a_window_are_read():
    (candidate,) = from_pixels(*grey(a_code(HOME)), "Clipboard")
    assert (candidate.source, candidate.content) == ("Clipboard", GOOD)
    (refused,) = from_pixels(b"", 100_000, 100_000, 100_000, "Clipboard")
    assert refused.refusal == "The picture has more than 50 million pixels."
