"""The files that a desktop reads: found, well formed, and of one name."""

import shutil
import subprocess
from configparser import RawConfigParser
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from wgdesk.ui.marks import Mark
from wgdesk.ui.resources import find_resource
from wgdesk.wire.names import APP_ID

ICONS = Path(find_resource("icons"))
DESKTOP_FILE = ICONS.parent / "desktop" / f"{APP_ID}.desktop"


def test_desktop_file_starts_the_program_and_names_our_icon():
    parser = RawConfigParser()
    parser.optionxform = str
    parser.read(DESKTOP_FILE, encoding="utf-8")
    entry = parser["Desktop Entry"]
    assert (entry["Exec"], entry["Icon"], entry["Terminal"]) == ("wgdesk", APP_ID, "false")
    assert find_resource(f"icons/hicolor/scalable/apps/{entry['Icon']}.svg").is_file()
    assert find_resource(f"icons/hicolor/symbolic/apps/{entry['Icon']}-symbolic.svg").is_file()


@pytest.mark.skipif(
    shutil.which("desktop-file-validate") is None, reason="desktop-file-utils is not installed"
)
def test_desktop_file_passes_the_validator():
    done = subprocess.run(
        ["desktop-file-validate", str(DESKTOP_FILE)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("mark", Mark)
@pytest.mark.parametrize("folder", ["marks", "tray"])
def test_every_state_has_a_shape_in_no_colour_of_its_own(folder, mark):
    text = find_resource(f"icons/{folder}/{mark}.svg").read_text(encoding="utf-8")
    root = ET.fromstring(text)  # noqa: S314  # our own file
    assert root.tag.endswith("svg")
    colours = {
        value for each in root.iter() for key, value in each.attrib.items() if key in COLOURED
    }
    assert colours <= {"currentColor", "none"}


COLOURED = ("fill", "stroke")


def test_shapes_differ_from_each_other():
    for folder in ("marks", "tray"):
        texts = {find_resource(f"icons/{folder}/{mark}.svg").read_text() for mark in Mark}
        assert len(texts) == len(Mark)


def test_missing_resource_is_told():
    with pytest.raises(FileNotFoundError):
        find_resource("icons/nowhere.svg")
