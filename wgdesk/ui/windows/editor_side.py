"""Beside the text: the key that others know this device by, and what the profile does in words."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from wgdesk.domain.fixes import Fix
from wgdesk.domain.live_document import LiveDocument
from wgdesk.domain.native_dns import native_dns
from wgdesk.domain.options import HookMode
from wgdesk.domain.own_key import own_public_key
from wgdesk.domain.profile_summary import what_it_does
from wgdesk.domain.secret_lines import PRIVATE_KEY, has_reference
from wgdesk.ui.commands import commands_sentence
from wgdesk.ui.icons import tone_color
from wgdesk.ui.language import tr, tr_told
from wgdesk.ui.marks import Tone
from wgdesk.ui.widgets.bare_scroll import BareScroll
from wgdesk.ui.widgets.shades import change_colors
from wgdesk.ui.widgets.texts import GRID_PX, QuietText, Text


class EditorSide(BareScroll):
    """Signals: a new private key, a new preshared key for the peer at the caret, the commands.

    `fix_asked` has the edits that put a line of the profile in the place of commands (a Fix).
    """

    key_asked = Signal()
    preshared_asked = Signal()
    commands_asked = Signal()
    fix_asked = Signal(object)
    reveal_toggled = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self._key = QLineEdit()
        self._key.setReadOnly(True)
        self._key.setAccessibleName(tr("Public key"))
        self._copy = QPushButton(tr("Copy"))
        self._copy.setAccessibleName(tr("Copy the public key"))
        self._new_key, self._new_preshared = (
            QPushButton(tr("New key")),
            QPushButton(tr("New preshared key")),
        )
        self._reveal = QPushButton(tr("Show keys"))
        self._reveal.setCheckable(True)
        self._about, self._commands = Text(selectable=True), Text(selectable=True)
        self._review = QPushButton(tr("Review commands…"))
        self._about_dns = Text(
            tr("Some of them set name servers, which the profile can say itself.")
        )
        self._native_dns = QPushButton(tr("Write them as a DNS line"))
        self._fix: Fix | None = None
        self._arrange()
        self._connect()

    def show_document(self, live: LiveDocument, mode: HookMode) -> None:
        """Its key as it is typed, and what it does; `mode` is who runs its commands."""
        key, profile = own_public_key(live.lines), live.profile
        self._key.setText(key.base64() if key else tr("(unknown)"))
        self._key.setCursorPosition(0)
        self._copy.setEnabled(key is not None)
        if profile is None:
            self._about.setText(tr("It cannot be used until the errors are mended."))
            self._show_commands("", None)
            return
        is_elsewhere = has_reference(live.lines, PRIVATE_KEY)
        sentences = what_it_does(profile, has_key_elsewhere=is_elsewhere)
        self._about.setText("\n".join(map(tr_told, sentences)))
        hooks = profile.interface.hooks
        fix = native_dns(live.lines, profile) if hooks else None
        self._show_commands(commands_sentence(hooks, mode) if hooks else "", fix)

    def set_in_peer(self, is_in_peer: bool) -> None:  # noqa: FBT001  # a property's setter in all but name
        """Whether the caret is in a peer, which could have a preshared key."""
        self._new_preshared.setEnabled(is_in_peer)

    def _show_commands(self, text: str, fix: Fix | None) -> None:
        self._fix = fix
        for widget in (self._about_dns, self._native_dns):
            widget.setVisible(fix is not None)
        self._commands.setText(text)
        self._commands.setVisible(bool(text))
        self._review.setVisible(bool(text))

    def _arrange(self) -> None:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(4 * GRID_PX, 3 * GRID_PX, 4 * GRID_PX, 3 * GRID_PX)
        column.setSpacing(2 * GRID_PX)
        line = QHBoxLayout()
        line.addWidget(self._key, 1)
        line.addWidget(self._copy)
        column.addWidget(QuietText(tr("Public key"), scale=1.0))
        column.addLayout(line)
        for button in (self._new_key, self._new_preshared, self._reveal):
            column.addWidget(button)
        column.addSpacing(2 * GRID_PX)
        column.addWidget(QuietText(tr("This profile"), scale=1.0))
        whole = (self._about, self._commands, self._review, self._about_dns, self._native_dns)
        for widget in whole:
            column.addWidget(widget)
        column.addStretch(1)
        self.hold(page)
        self._recolor()

    def _connect(self) -> None:
        self._copy.clicked.connect(self._on_copy)
        self._new_key.clicked.connect(self.key_asked)
        self._new_preshared.clicked.connect(self.preshared_asked)
        self._review.clicked.connect(self.commands_asked)
        self._native_dns.clicked.connect(lambda: self.fix_asked.emit(self._fix))
        self._reveal.toggled.connect(self._on_reveal)

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self._key.text())

    def _on_reveal(self, is_revealed: bool) -> None:  # noqa: FBT001  # Qt's signal
        self._reveal.setText(tr("Hide keys") if is_revealed else tr("Show keys"))
        self.reveal_toggled.emit(is_revealed)

    def _recolor(self) -> None:
        color = tone_color(Tone.ATTENTION, QPalette())
        change_colors(
            self._commands, {QPalette.ColorRole.WindowText: color, QPalette.ColorRole.Text: color}
        )
