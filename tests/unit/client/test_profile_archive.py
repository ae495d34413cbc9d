"""Archives: what providers send is found, and what is made to do harm does none."""

import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support import archives
from tests.support.archives import an_archive
from tests.support.texts import ATTACHED_HOME, HOME
from wgdesk.client.profile_archive import MAX_TOTAL_BYTES, profiles_in
from wgdesk.domain.import_report import Candidate

MIB = 1 << 20
GOOD = HOME.encode()


def found_in(archive: bytes) -> list[Candidate]:
    return list(profiles_in(archive, "provider.zip"))


def refusal_beside(files: dict[str, bytes], **changes: object) -> Candidate:
    """The one refusal, where a good profile beside it is found all the same."""
    candidates = found_in(an_archive({**files, "good.conf": GOOD}, **changes))
    assert [it.title for it in candidates if it.content == GOOD] == ["good"]
    (refused,) = [it for it in candidates if it.refusal]
    return refused


def test_profiles_are_found_in_whatever_folder_and_named_after_their_files():
    files = {
        "README.txt": b"hello",
        "eu/": b"",
        "eu/Berlin.conf": GOOD,
        "paris.CONF": ATTACHED_HOME.encode(),
    }
    first, second = found_in(an_archive(files))
    assert (first.source, first.title) == ("provider.zip, eu/Berlin.conf", "Berlin")
    assert (first.content, first.refusal) == (GOOD, "")
    assert (second.source, second.title) == ("provider.zip, paris.CONF", "paris")


def test_files_of_one_name_in_several_folders_are_told_apart_by_those():
    files = {"de/wg0.conf": GOOD, "nl/wg0.conf": GOOD, "other.conf": GOOD}
    assert [it.title for it in found_in(an_archive(files))] == ["de wg0", "nl wg0", "other"]


def test_two_entries_of_one_name_are_two_candidates():
    found = found_in(archives.with_twins("a.conf", b"one", b"two"))
    assert [(it.title, it.content) for it in found] == [("a", b"one"), ("a", b"two")]


def test_what_a_macintosh_adds_is_left_out():
    files = {"__MACOSX/._a.conf": b"\0\x05\x16\x07", "._b.conf": b"", "a.conf": GOOD}
    assert [it.source for it in found_in(an_archive(files))] == ["provider.zip, a.conf"]


@pytest.mark.parametrize(
    "name", ["../../../etc/a.conf", "/etc/a.conf", "a/../../b.conf", "C:/a.conf", "..\\a.conf"]
)
def test_a_name_that_leads_out_is_refused(name):
    refused = refusal_beside({name: GOOD})
    assert refused.refusal == "Its name leads out of the archive."
    assert refused.source == f"provider.zip, {name}"


def test_a_link_is_not_followed():
    (refused,) = found_in(archives.with_link("a.conf", "/etc/shadow"))
    assert refused.refusal == "It is a link, and links in an archive are not followed."
    assert not refused.content


def test_an_archive_in_an_archive_is_not_opened():
    refused = refusal_beside({"more.zip": an_archive({"a.conf": GOOD})})
    assert refused.source == "provider.zip, more.zip"
    assert refused.refusal == "It is an archive in an archive, which is not opened."
    assert refused.remedy


def test_a_bomb_is_refused_and_what_is_beside_it_is_not():
    refused = refusal_beside({"bomb.conf": b"0" * MIB})
    assert "a hundred times smaller" in refused.refusal


def test_an_entry_of_more_than_a_mebibyte_is_refused_unread(monkeypatch):
    archive = an_archive({"a.conf": b"#" * (MIB + 1)}, zipfile.ZIP_STORED)
    monkeypatch.setattr(zipfile.ZipFile, "open", None)
    (refused,) = found_in(archive)
    assert "larger than 1 MiB" in refused.refusal


def test_an_entry_that_lies_about_its_size_is_found_out():
    honest = an_archive({"a.conf": b"0" * (50 * MIB)})
    liar = archives.with_field(honest, archives.CENTRAL, 24, 100, size=4)
    (refused,) = found_in(liar)
    assert refused.refusal == "It is damaged in the archive."


def test_a_liar_is_never_unpacked_beyond_its_limit(monkeypatch):
    read = []
    plain = zipfile.ZipExtFile.read

    def counted(self, size=-1):
        piece = plain(self, size)
        read.append(len(piece))
        return piece

    monkeypatch.setattr(zipfile.ZipExtFile, "read", counted)
    honest = an_archive({"a.conf": b"0" * (50 * MIB)})
    liar = archives.with_field(honest, archives.CENTRAL, 24, MIB, size=4)
    (refused,) = found_in(liar)
    assert refused.refusal
    assert sum(read) <= MIB + (64 << 10)


def test_all_together_is_bounded_and_the_rest_is_counted():
    texts = {f"{at:02}.conf": GOOD + b"#" + bytes([65 + at]) * (MIB - 1024) for at in range(15)}
    candidates = found_in(an_archive(texts, zipfile.ZIP_STORED))
    taken = [it for it in candidates if it.content]
    assert MAX_TOTAL_BYTES <= sum(len(it.content) for it in taken) < MAX_TOTAL_BYTES + MIB
    assert candidates[-1].refusal.endswith(f": {15 - len(taken)} were left out.")
    assert len(candidates) == len(taken) + 1


def test_more_than_a_thousand_profiles_are_cut_off():
    files = {f"{at}.conf": b"%d" % at for at in range(1_001)}
    candidates = found_in(an_archive(files))
    assert len([it for it in candidates if it.content]) == 1_000
    assert candidates[-1].refusal.endswith(": 1 was left out.")
    assert candidates[-1].source == "provider.zip"


def test_five_hundred_long_names_in_many_scripts_come_out_as_they_went_in():
    names = [f"Ünïcödé {at} 東京, Москва, القاهرة 🇳🇱 " + "long " * 12 for at in range(500)]
    candidates = found_in(an_archive({f"{name}.conf": GOOD for name in names}))
    assert [it.title for it in candidates] == names


def test_overlapping_entries_are_refused():
    candidates = found_in(archives.overlapping(5))
    assert len(candidates) == 5
    assert {it.refusal for it in candidates} == {
        "It shares its place in the archive with another entry."
    }


def test_too_many_entries_are_counted_before_any_is_looked_at(monkeypatch):
    archive = archives.overlapping(10_001)
    monkeypatch.setattr(zipfile, "ZipFile", None)
    (refused,) = found_in(archive)
    assert refused.refusal == "The archive has more than 10,000 entries."


@pytest.mark.parametrize("flag", [0x1, 0x41])
def test_a_locked_entry_is_told(flag):
    (refused,) = found_in(archives.with_flag(an_archive({"a.conf": GOOD}), flag))
    assert refused.refusal == "It is locked with a password."
    assert refused.remedy


@pytest.mark.parametrize("packed", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_only_what_can_be_unpacked_piece_by_piece_is(packed):
    (refused,) = found_in(an_archive({"a.conf": GOOD}, packed))
    assert refused.refusal == "It is packed in a way that is not read."


def test_a_name_of_utf8_that_is_not_marked_as_such_is_read():
    raw = "grün.conf".encode()
    archive = archives.with_raw_name(an_archive({"gr--n.conf": GOOD}), b"gr--n.conf", raw)
    assert [it.title for it in found_in(archive)] == ["grün"]


def test_a_name_in_a_code_page_of_dos_is_read():
    raw = "grün.conf".encode("cp437")
    archive = archives.with_raw_name(an_archive({"gr-n.conf": GOOD}), b"gr-n.conf", raw)
    assert [it.title for it in found_in(archive)] == ["grün"]


def test_a_name_that_is_marked_as_utf8_and_is_not_spoils_the_archive_and_says_so():
    plain = archives.with_flag(an_archive({"gr-n.conf": GOOD}), 0x800)
    (refused,) = found_in(archives.with_raw_name(plain, b"gr-n.conf", b"gr\xfcn.conf"))
    assert refused.refusal == "The archive is damaged, or only a part of one."


def test_a_name_cannot_command_a_terminal():
    (candidate,) = found_in(an_archive({"a\x1b[2J\n\u202eb.conf": GOOD}))
    assert candidate.source == "provider.zip, a?[2J??b.conf"


def test_a_damaged_entry_leaves_the_others():
    files = {"bad.conf": GOOD, "good.conf": GOOD + b"# other\n"}
    archive = bytearray(an_archive(files, zipfile.ZIP_STORED))
    archive[archive.find(GOOD) + 20] ^= 1
    bad, good = found_in(bytes(archive))
    assert (bad.refusal, bad.title) == ("It is damaged in the archive.", "bad")
    assert good.content == files["good.conf"]


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.9, 0.99])
def test_a_part_of_an_archive_is_told(kept):
    whole = an_archive({f"{at}.conf": GOOD for at in range(20)})
    (refused,) = found_in(whole[: int(len(whole) * kept)])
    assert refused.refusal == "The archive is damaged, or only a part of one."


@pytest.mark.parametrize(
    ("files", "part"),
    [
        ({}, "no .conf file"),
        ({"README.txt": b""}, "no .conf file"),
        ({"nl.ovpn": b"client", "README.txt": b""}, "only OpenVPN profiles"),
    ],
)
def test_an_archive_without_profiles_says_so(files, part):
    (refused,) = found_in(an_archive(files))
    assert part in refused.refusal


FILES = {f"folder/{at}.conf": GOOD + b"# %d\n" % at for at in range(4)}
SOUND = an_archive({**FILES, "nested.zip": an_archive(FILES), "empty/": b""})


@settings(max_examples=600, deadline=None)
@given(
    flips=st.lists(
        st.tuples(st.integers(0, len(SOUND) - 1), st.integers(0, 255)), min_size=1, max_size=12
    ),
    cut=st.integers(0, len(SOUND)),
    is_cut=st.booleans(),
)
def test_no_damage_gives_anything_but_candidates_and_refusals(flips, cut, is_cut):
    archive = bytearray(SOUND)
    for at, value in flips:
        archive[at] = value
    candidates = found_in(bytes(archive[:cut] if is_cut else archive))
    assert candidates
    for candidate in candidates:
        assert not (candidate.content and candidate.refusal)
        assert candidate.source.isprintable()
    assert sum(len(it.content) for it in candidates) < MAX_TOTAL_BYTES + MIB


HEADERS = [at for at in range(len(SOUND)) if SOUND[at : at + 2] == b"PK"]


@settings(max_examples=600, deadline=None)
@given(
    changes=st.lists(
        st.tuples(st.sampled_from(HEADERS), st.integers(4, 50), st.integers(0, 255)),
        min_size=1,
        max_size=4,
    )
)
def test_no_lie_in_a_header_does_either(changes):
    archive = bytearray(SOUND)
    for start, offset, value in changes:
        archive[min(start + offset, len(archive) - 1)] = value
    assert found_in(bytes(archive))
