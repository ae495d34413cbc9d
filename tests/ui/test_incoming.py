"""What is dropped or pasted is measured before it is decoded, and only files of this machine count."""

import os
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QMimeData, QUrl
from PySide6.QtGui import QImage

from tests.support.scenes import HOME
from wgdesk.client.qr_reading import MAX_PICTURE_BYTES
from wgdesk.ui.incoming import MOST_PICTURE_BYTES, Incoming, may_hold, read_incoming

GNOME = "x-special/gnome-copied-files"


def holding(**formats: bytes) -> QMimeData:
    data = QMimeData()
    for kind, content in formats.items():
        data.setData(kind, QByteArray(content))
    return data


def test_files_of_a_file_manager_are_paths():
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile("/tmp/Zürich – Café.conf"), QUrl.fromLocalFile("/tmp/all")])  # noqa: RUF001, S108
    found = read_incoming(data)
    assert found.paths == (Path("/tmp/Zürich – Café.conf"), Path("/tmp/all"))  # noqa: RUF001, S108


@pytest.mark.parametrize("word", ["copy", "cut"])
def test_copied_files_begin_with_what_was_done_to_them(word):
    content = f"{word}\nfile:///home/me/a%20b.conf\nfile://localhost/home/me/c.zip".encode()
    found = read_incoming(holding(**{GNOME: content}))
    assert found.paths == (Path("/home/me/a b.conf"), Path("/home/me/c.zip"))


def test_file_name_need_not_be_utf_8():
    found = read_incoming(holding(**{GNOME: b"copy\nfile:///home/me/m%FCller.conf"}))
    assert os.fsencode(found.paths[0]) == b"/home/me/m\xfcller.conf"


def test_pictures_are_measured_as_whoever_reads_them_measures():
    assert MOST_PICTURE_BYTES == MAX_PICTURE_BYTES


def test_paths_copied_as_text_are_files():
    found = read_incoming(holding(**{"text/plain": b"/home/me/a.conf\n/home/me/b.conf\n"}))
    assert found.paths == (Path("/home/me/a.conf"), Path("/home/me/b.conf"))


@pytest.mark.parametrize(
    "address",
    [
        "https://example.com/home.conf",
        "file://nas/share/home.conf",
        "trash:///x.conf",
        "file:///x%00.conf",
        "file://[/x.conf",
    ],
)
def test_what_is_not_on_this_machine_is_refused_by_its_address(address):
    found = read_incoming(holding(**{GNOME: address.encode()}))
    assert found.refusal.title == "Only files of this machine can be imported"
    assert address in found.refusal.body


def test_text_is_text():
    data = QMimeData()
    data.setText(HOME.decode())
    assert read_incoming(data) == Incoming(text=HOME.decode())


@pytest.mark.parametrize(
    ("kind", "what", "most"),
    [
        ("text/plain", "The text has 50.00 MiB", "1.00 MiB"),
        ("text/uri-list", "The list of files has 50.00 MiB", "1.00 MiB"),
        ("image/png", "The picture has 50.00 MiB", "32.00 MiB"),
    ],
)
def test_fifty_megabytes_are_refused_in_words(kind, what, most):
    found = read_incoming(holding(**{kind: b"a" * (50 << 20)}))
    assert found.refusal.title == "That is too much to be a profile"
    assert what in found.refusal.body
    assert most in found.refusal.body


def test_text_goes_before_nothing_and_a_picture_before_its_caption():
    data = holding(**{"text/plain": b"a photograph", "image/png": b"\x89PNG"})
    assert read_incoming(data) == Incoming(picture=b"\x89PNG")


def test_picture_of_a_program_of_ours_is_taken_as_it_is():
    data = QMimeData()
    data.setImageData(QImage(3, 3, QImage.Format.Format_RGB32))
    assert read_incoming(data).image.width() == 3


@pytest.mark.parametrize("formats", [{}, {"text/plain": b" \n"}, {"application/pdf": b"%PDF"}])
def test_nothing_is_told_apart_from_something(formats):
    assert read_incoming(holding(**formats)).refusal.title == "There is nothing to import"


def test_formats_alone_say_whether_a_drop_is_welcome():
    assert may_hold(holding(**{"text/uri-list": b"file:///x"}))
    assert may_hold(holding(**{"image/webp": b""}))
    assert not may_hold(holding(**{"application/x-color": b""}))
