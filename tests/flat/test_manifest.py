"""What the manifest asks of the desktop, and what it brings; read as text, for no lab is needed."""

import re

from tests.labs.flat import MANIFEST, PACKAGING
from tests.labs.installed import PROJECT

TEXT = MANIFEST.read_text(encoding="utf-8")
# Each opens the sandbox a little: a change here is one of what people are asked to trust.
FINISH_ARGS = [
    "--share=ipc",
    "--socket=wayland",
    "--socket=fallback-x11",
    "--device=dri",
    "--talk-name=org.kde.StatusNotifierWatcher",
    "--system-talk-name=org.wgdesk.Helper1",
    "--system-talk-name=org.freedesktop.NetworkManager",
    "--filesystem=~/.wireguard:create",
]


def lines_of(key: str) -> list[str]:
    """The lines below a key of the first level."""
    found = re.search(rf"^{key}:\n((?:[ #].*\n|\n)*)", TEXT, re.MULTILINE)
    assert found is not None
    return found[1].splitlines()


def locked(path) -> dict[str, tuple[str, set[str]]]:
    """By name, the version and the hashes that a lock allows."""
    text = path.read_text(encoding="utf-8").replace("\\\n", " ")
    found = re.finditer(r"^([a-z0-9-]+)==(\S+)(.*)$", text, re.MULTILINE)
    return {each[1]: (each[2], set(re.findall(r"sha256:(\w{64})", each[3]))) for each in found}


def test_the_sandbox_is_opened_by_these_and_no_others():
    asked = [line.strip()[2:] for line in lines_of("finish-args") if line.strip().startswith("-")]
    assert asked == FINISH_ARGS


def test_each_opening_has_its_reason():
    lines = [line.strip() for line in lines_of("finish-args")]
    for number, line in enumerate(lines):
        if line.startswith("-"):
            assert lines[number - 1].startswith("# "), line


def test_nothing_is_fetched_while_it_is_built():
    assert "url:" not in TEXT
    assert "--share=network" not in TEXT
    assert "--no-index" in TEXT
    assert "--require-hashes" in TEXT


def test_every_module_is_pinned_to_one_wheel_for_each_machine():
    own, tested = (
        locked(PACKAGING / "requirements.lock"),
        locked(PROJECT / "requirements-dev.lock"),
    )
    assert set(own) == {"cffi", "dbus-next", "pillow", "pynacl", "segno", "zxing-cpp"}
    for name, (version, hashes) in own.items():
        assert len(hashes) in (1, 2), name
        # The same that every other test runs with.
        assert version == tested[name][0], name
        assert hashes <= tested[name][1], name
