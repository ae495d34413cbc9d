"""The editor of a profile: its text, its problems, what is different, what it was."""

import shutil
import tempfile
import weakref
from collections.abc import Callable
from pathlib import Path

from tests.shots.scene import Scene
from tests.support.desktop import Desktop
from tests.support.imports import a_library
from tests.support.texts import HOME, PRIVATE_KEY, SERVER_KEY
from wgdesk.client.history import Why
from wgdesk.ui.windows.editor import COMPARE, FORM, HISTORY, EditorWindow

WORK = f"""\
[Interface]
# issued by IT, 2026-03
PrivateKey = {PRIVATE_KEY}
Address = 10.20.4.17/32
DNS = 10.20.0.53, corp.example
MTU = abc
PostUp = mount /mnt/projects

[Peer]
PublicKey = {SERVER_KEY}
Endpoint = vpn.example.com:70000
AllowedIPs = 0.0.0.0/0, ::/0
PersistentKeepalive = 25
"""
SERVES = "iptables -A FORWARD -i %i -j ACCEPT"
RIGHT = WORK.replace("MTU = abc", "MTU = 1400").replace("70000", "51820")


def an_editor(made: Desktop, text: str) -> EditorWindow:
    place = Path(tempfile.mkdtemp(prefix="wgdesk-shots-"))
    library = a_library(place, {"work": text.encode()})
    file = library.file("work")
    library.keep(file, HOME.encode(), Why.REPLACED)
    library.keep(file, text.replace("10.20.0.53", "10.20.0.1").encode(), Why.EDITED)
    window = EditorWindow(made.bridge, made.switchboard, library, "work")
    weakref.finalize(window, shutil.rmtree, place)
    made.wait_until(lambda: window.text.toPlainText() != "", "the text")
    return window


def text(made: Desktop) -> EditorWindow:
    return an_editor(made, WORK)


def revealed(made: Desktop) -> EditorWindow:
    window = an_editor(made, RIGHT)
    window.side._reveal.setChecked(True)
    window.text.go_to(10, 5)
    return window


def form(made: Desktop) -> EditorWindow:
    window = an_editor(made, WORK)
    window.show_view(FORM)
    return window


def form_peer(made: Desktop) -> EditorWindow:
    window = an_editor(made, RIGHT)
    window.show_view(FORM)
    window.form.peers[0]._on_reach(1)
    window.resize(1000, 1500)
    return window


def form_peers(made: Desktop) -> EditorWindow:
    """Two of them, one without its key, below a command that is known."""
    office = "\n[Peer]\nEndpoint = office.example:51820\nAllowedIPs = 10.30.0.0/16\n"
    window = an_editor(made, RIGHT.replace("mount /mnt/projects", SERVES) + office)
    window.show_view(FORM)
    window.resize(640, 1500)
    return window


def changed(window: EditorWindow) -> EditorWindow:
    window.text.go_to(4, 24)
    window.text.insertPlainText(", fd00::17/128")
    window.text.do_edits(())
    window._show_meaning()
    return window


def compared(made: Desktop) -> EditorWindow:
    window = changed(an_editor(made, RIGHT))
    window.show_view(COMPARE)
    window._show_state()
    return window


def leaving(made: Desktop) -> EditorWindow:
    window = changed(an_editor(made, RIGHT))
    window._ask_to_leave()
    return window


def history(made: Desktop) -> EditorWindow:
    window = an_editor(made, RIGHT)
    window.show_view(HISTORY)
    changes = window.history._changes
    made.wait_until(lambda: changes.toPlainText() != "", "what is different")
    return window


def scene(name: str, make: Callable[[Desktop], EditorWindow]) -> Scene:
    return Scene(f"editor-{name}", make, everywhere=True)


SCENES = (
    scene("text", text),
    scene("revealed", revealed),
    scene("form", form),
    scene("form-peer", form_peer),
    scene("form-peers", form_peers),
    scene("compared", compared),
    scene("leaving", leaving),
    scene("history", history),
)
