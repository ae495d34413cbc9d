"""What leaves for another device: private, whole, never in another file's place."""

import io
import stat
import zipfile

import pytest
import zxingcpp
from PIL import Image

from tests.support.texts import HOME
from wgdesk.cli.qr_text import qr_columns, qr_lines
from wgdesk.client.exporting import export_conf, export_zip, is_exposed, zipped
from wgdesk.client.profile_archive import profiles_in
from wgdesk.client.qr_code import MAX_BYTES, qr_code
from wgdesk.domain.profile_errors import ExportRefused, QrTooBig

TEXT = HOME.encode()


def test_a_file_is_for_its_owner_only(tmp_path):
    export_conf(tmp_path / "home.conf", TEXT)
    assert (tmp_path / "home.conf").read_bytes() == TEXT
    assert stat.S_IMODE((tmp_path / "home.conf").stat().st_mode) == 0o600
    assert not is_exposed(tmp_path / "home.conf")


def test_nothing_is_overwritten(tmp_path):
    (tmp_path / "home.conf").write_bytes(b"mine")
    with pytest.raises(ExportRefused, match="already"):
        export_conf(tmp_path / "home.conf", TEXT)
    assert (tmp_path / "home.conf").read_bytes() == b"mine"


def test_no_link_is_followed(tmp_path):
    (tmp_path / "home.conf").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ExportRefused):
        export_conf(tmp_path / "home.conf", TEXT)
    assert not (tmp_path / "elsewhere").exists()


def test_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(ExportRefused, match="was not written: no such"):
        export_conf(tmp_path / "no" / "home.conf", TEXT)


def test_an_archive_comes_back_as_it_was(tmp_path):
    profiles = {f"t{number}": TEXT + b"# %d\n" % number for number in range(500)}
    profiles["empty-lines"] = b"\n" * 100_000  # would shrink like a bomb
    export_zip(tmp_path / "a.zip", profiles.items())
    assert stat.S_IMODE((tmp_path / "a.zip").stat().st_mode) == 0o600
    found = profiles_in((tmp_path / "a.zip").read_bytes(), "a.zip")
    back = {it.title: it.content for it in found if it.content is not None}
    assert back == profiles


def test_an_archive_has_plain_files_and_no_paths():
    with zipfile.ZipFile(io.BytesIO(zipped([("home", TEXT)]))) as archive:
        (entry,) = archive.infolist()
    assert entry.filename == "home.conf"
    assert stat.S_IFMT(entry.external_attr >> 16) == stat.S_IFREG
    assert stat.S_IMODE(entry.external_attr >> 16) == 0o600
    assert entry.date_time == (1980, 1, 1, 0, 0, 0)


def _read(lines: list[str]) -> bytes:
    """What a phone would see of a terminal."""
    dark = {" ": (0, 0), "▀": (1, 0), "▄": (0, 1), "█": (1, 1)}
    cells = [[dark[letter] for letter in line.split("m", 1)[1].split("\x1b")[0]] for line in lines]
    rows = [[cell[half] for cell in line] for line in cells for half in (0, 1)]
    picture = Image.new("L", (len(rows[0]), len(rows)))
    picture.putdata([0 if it else 255 for row in rows for it in row])
    big = picture.resize((picture.width * 4, picture.height * 4), Image.Resampling.NEAREST)
    (found,) = zxingcpp.read_barcodes(big)
    return found.bytes


@pytest.mark.parametrize("text", [TEXT, "# Büro\n".encode() + TEXT, b"x" * MAX_BYTES])
def test_a_phone_reads_the_code_of_a_terminal(text):
    code = qr_code(text, "home")
    lines = list(qr_lines(code))
    assert {len(line.split("m", 1)[1].split("\x1b")[0]) for line in lines} == {qr_columns(code)}
    assert _read(lines) == text


def test_what_is_too_big_for_a_code_is_told():
    with pytest.raises(QrTooBig, match="“home” is too big for a QR code: it has 2,954 bytes"):
        qr_code(b"x" * (MAX_BYTES + 1), "home")
