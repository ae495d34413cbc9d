"""What is in the built Flatpak, and what it shows to the desktop."""

import configparser
import tomllib

from tests.flat.test_manifest import FINISH_ARGS
from tests.labs import flat
from tests.labs.installed import PROJECT
from tests.labs.programs import run
from wgdesk.wire.names import APP_ID

TABLE = PROJECT / "resources/install.toml"
ROOMS = {"cli", "client", "domain", "resources", "ui", "wire"}


def files(flat_app):
    return flat_app / "installed/app" / APP_ID / "current/active/files"


def metadata(flat_app) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(delimiters="=")
    parser.optionxform = str
    parser.read_string((files(flat_app).parent / "metadata").read_text(encoding="utf-8"))
    return parser


def test_its_permissions_are_those_of_the_manifest(flat_app):
    found = metadata(flat_app)
    context = {key: set(value.strip(";").split(";")) for key, value in found["Context"].items()}
    given = [f"--share={each}" for each in context.pop("shared")]
    # Flatpak notes the fallback as both.
    given += [f"--socket={each}" for each in context.pop("sockets") - {"x11"}]
    given += [f"--device={each}" for each in context.pop("devices")]
    given += [f"--filesystem={each}" for each in context.pop("filesystems")]
    assert not context
    given += [f"--{how}-name={name}" for name, how in found["Session Bus Policy"].items()]
    given += [f"--system-{how}-name={name}" for name, how in found["System Bus Policy"].items()]
    assert sorted(given) == sorted(FINISH_ARGS)
    assert set(found.sections()) == {
        "Application",
        "Context",
        "Session Bus Policy",
        "System Bus Policy",
    }


def test_it_needs_the_runtime_that_the_manifest_names(flat_app):
    application = metadata(flat_app)["Application"]
    assert application["runtime"].startswith("org.kde.Platform/")
    assert application["runtime"].endswith(f"/{flat.BRANCH}")
    assert application["base"].startswith("app/io.qt.PySide.BaseApp/")


def test_the_desktop_gets_files_with_its_own_name_only(flat_app):
    exported = files(flat_app).parent / "export"
    names = {str(path.relative_to(exported)) for path in exported.rglob("*") if path.is_file()}
    about = {name for name in names if name.endswith(".xml")}
    assert names - about == {
        f"bin/{APP_ID}",
        f"share/applications/{APP_ID}.desktop",
        f"share/icons/hicolor/scalable/apps/{APP_ID}.svg",
        f"share/icons/hicolor/symbolic/apps/{APP_ID}-symbolic.svg",
    }
    # Before 1.3 flatpak-builder gave it the older name.
    assert about & {
        f"share/metainfo/{APP_ID}.metainfo.xml",
        f"share/metainfo/{APP_ID}.appdata.xml",
    }
    entry = (exported / f"share/applications/{APP_ID}.desktop").read_text(encoding="utf-8")
    assert f"--command=wgdesk {APP_ID}" in entry
    assert "StartupWMClass=wgdesk" in entry


def test_what_packages_show_to_the_desktop_is_in_it(flat_app):
    """The same table tells the .deb what to install."""
    table = tomllib.loads(TABLE.read_text(encoding="utf-8"))["files"]
    for source, target in table.items():
        if target.startswith(("/usr/share/applications/", "/usr/share/icons/")):
            inside = files(flat_app) / target.removeprefix("/usr/")
            # Flatpak writes its own Exec line into the exported copy alone.
            assert inside.read_bytes() == (PROJECT / source).read_bytes()


def test_nothing_that_is_for_root_is_in_it(flat_app):
    folder = files(flat_app) / "lib/wgdesk"
    found = {path.name for path in (folder / "wgdesk").iterdir() if path.is_dir()}
    assert found - {"__pycache__"} == ROOMS
    tops = {path.name for path in folder.iterdir() if path.is_dir()}
    modules = {name for name in tops if not name.endswith((".dist-info", ".libs"))}
    assert modules - {"__pycache__"} == {
        *("PIL", "cffi", "dbus_next", "nacl", "segno", "wgdesk"),
        *({"zxingcpp"} & modules),
    }
    assert sorted(path.name for path in (files(flat_app) / "bin").iterdir()) == ["wgdesk"]
    assert (files(flat_app) / f"share/licenses/{APP_ID}/LICENSE").is_file()


def test_its_description_is_a_valid_one():
    path = PROJECT / f"resources/desktop/{APP_ID}.metainfo.xml"
    run(["appstreamcli", "validate", "--no-net", str(path)])
