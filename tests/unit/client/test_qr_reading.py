"""QR codes in pictures, read by a program of its own that can come to no good alone."""

import subprocess
import sys

import pytest
from PIL import Image

from tests.support.pictures import a_code, blank, grey, saved, several
from tests.support.texts import HOME
from wgdesk.client import qr_program, qr_reading
from wgdesk.client.qr_reading import codes_in, read_codes
from wgdesk.domain.profile_errors import PictureRefused

UMLAUTS = HOME + "# Büro, Zürich 東京\n"


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "BMP"])
def test_a_code_is_read_out_of_every_kind_of_picture(kind):
    assert codes_in(a_code(UMLAUTS, kind)) == (UMLAUTS,)


@pytest.mark.parametrize(
    "colours", [{"light": None}, {"dark": "white", "light": "black"}, {"dark": "darkblue"}]
)
def test_a_code_is_read_in_any_colours_and_on_nothing(colours):
    assert codes_in(a_code(HOME, **colours)) == (HOME,)


def test_a_code_is_read_where_what_shows_through_would_be_black():
    pixels, width, height, _ = grey(a_code(HOME))
    drawn = Image.frombytes("L", (width, height), pixels)
    clear = Image.new("RGBA", drawn.size, (0, 0, 0, 0))
    clear.putalpha(drawn.point(lambda value: 255 - value))
    assert codes_in(saved(clear)) == (HOME,)


def test_several_codes_are_read():
    assert sorted(codes_in(several([HOME, UMLAUTS, "hello"]))) == sorted([HOME, UMLAUTS, "hello"])


def test_a_picture_without_a_code_has_none():
    assert codes_in(blank()) == ()


@pytest.mark.parametrize("padding", [0, 3])
def test_pixels_of_a_window_are_read(padding):
    pixels, *size = grey(a_code(HOME), padding)
    assert read_codes(pixels, *size) == (HOME,)
    assert read_codes(memoryview(pixels), *size) == (HOME,)


@pytest.mark.parametrize("size", [(0, 0), (5, 0), (0, 5), (1, 1)])
def test_pixels_that_are_hardly_any_have_no_code(size):
    width, height = size
    assert read_codes(bytes(width * height), width, height, width) == ()


def refusal(picture: bytes) -> PictureRefused:
    with pytest.raises(PictureRefused) as caught:
        codes_in(picture)
    return caught.value


@pytest.mark.parametrize(
    "picture",
    [
        a_code(HOME)[:300],
        b"\x89PNG\r\n\x1a\n" + b"\xff" * 500,
        b"\xff\xd8\xff" + b"\0" * 100,
        b"GIF89a",
        saved(Image.new("RGB", (9, 9)), "TIFF"),
        saved(Image.new("L", (9, 9)), "PPM"),  # which only pixels of our own come as
        b"",
    ],
)
def test_a_damaged_picture_is_told(picture):
    error = refusal(picture)
    assert str(error) == "the picture is damaged"
    assert error.remedy


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_taken_apart():
    bomb = saved(Image.new("1", (20_000, 20_000)))
    assert len(bomb) < 100_000
    assert str(refusal(bomb)) == "the picture has more than 50 million pixels"
    with pytest.raises(PictureRefused, match="50 million"):
        read_codes(b"", 10_000, 10_000, 10_000)


def test_a_picture_of_too_many_bytes_is_refused_unread(monkeypatch):
    monkeypatch.setattr(qr_reading, "MAX_PICTURE_BYTES", 100)
    monkeypatch.setattr(subprocess, "run", None)
    assert "larger than" in str(refusal(a_code(HOME)))


@pytest.mark.parametrize("missing", ["PIL", "zxingcpp"])
def test_what_is_not_installed_is_named_with_the_way_to_get_it(missing, tmp_path, monkeypatch):
    (tmp_path / f"{missing}.py").write_text("raise ImportError")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:.")
    error = refusal(a_code(HOME))
    name = {"PIL": "Pillow", "zxingcpp": "zxing-cpp"}[missing]
    assert str(error) == f"this program cannot read QR codes: {name} is not installed"
    assert "python3-zxing-cpp" in error.remedy


def test_a_reader_that_is_too_old_is_told(tmp_path, monkeypatch):
    old = "class BarcodeFormat: QRCode = 1\ndef read_barcodes(image): pass\n"
    (tmp_path / "zxingcpp.py").write_text(old)
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:.")
    assert str(refusal(a_code(HOME))).endswith("zxing-cpp 2.2 or newer is not installed")


def as_program(monkeypatch, code: str) -> None:
    monkeypatch.setattr(qr_reading, "_PROGRAM", (sys.executable, "-c", code))


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("import os; os.abort()", "reading the picture failed"),
        ("print('{')", "reading the picture failed"),
        ("import sys; sys.exit(1)", "reading the picture failed"),
    ],
)
def test_a_decoder_that_comes_down_takes_nobody_with_it(monkeypatch, code, why):
    as_program(monkeypatch, code)
    assert str(refusal(blank())) == why


def test_a_decoder_that_does_not_end_is_ended(monkeypatch):
    as_program(monkeypatch, "import time; time.sleep(60)")
    monkeypatch.setattr(qr_reading, "TIME_S", 0.3)
    assert str(refusal(blank())) == "finding a QR code in the picture took too long"


def test_a_program_that_does_not_start_is_told(monkeypatch):
    monkeypatch.setattr(qr_reading, "_PROGRAM", ("/nonexistent/python",))
    assert "does not start" in str(refusal(blank()))


def test_the_folder_that_we_are_in_lends_the_decoder_no_module(tmp_path, monkeypatch):
    (tmp_path / "json.py").write_text("raise SystemExit(3)")
    monkeypatch.setenv(
        "PYTHONPATH", str(qr_program.__file__).removesuffix("wgdesk/client/qr_program.py")
    )
    monkeypatch.chdir(tmp_path)
    assert codes_in(a_code(HOME)) == (HOME,)


def test_the_decoder_has_little_memory_and_writes_no_file():
    program = (
        "import resource; from wgdesk.client import qr_program as it; it._bound_this_process();"
        "print(resource.getrlimit(resource.RLIMIT_AS)[1] == 1 << 30,"
        " resource.getrlimit(resource.RLIMIT_FSIZE), resource.getrlimit(resource.RLIMIT_CORE))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.split("\n")[0] == "True (0, 0) (0, 0)"
