"""Notifications: a tunnel works, has failed, or is lost; what nobody sees in the window already."""

from collections.abc import Callable
from typing import Final, Protocol

from PySide6.QtCore import QObject, Signal

from wgdesk.client.notice import Answer, Choice, Kind, Notice, Notices
from wgdesk.domain.health import Light
from wgdesk.ui.bridge import Bridge
from wgdesk.ui.flapping import WITHIN_S, Flapping, Verdict
from wgdesk.ui.language import tr, tr_told
from wgdesk.ui.naming import name_in
from wgdesk.ui.news import News, NewsDesk
from wgdesk.ui.picture import Picture, TunnelRow
from wgdesk.ui.sentences import headline, sentence
from wgdesk.ui.switchboard import Switchboard
from wgdesk.ui.troubles import Words, trouble
from wgdesk.ui.wording import as_sentence
from wgdesk.wire.names import APP_ID

WORKING: Final = (Choice.DISCONNECT, Choice.SHOW)
TROUBLED: Final = (Choice.RETRY, Choice.SHOW)


class Eyes(Protocol):
    """What a person sees of the window, as MainWindow has it."""

    def isActiveWindow(self) -> bool: ...  # noqa: N802  # Qt's name

    def is_showing(self, name: str) -> bool:
        """Whether that tunnel is the one whose page is open in a window with the keyboard."""


class Balloon(Protocol):
    """As Tray has it."""

    def __call__(self, title: str, body: str, *, is_urgent: bool) -> None: ...


class Announcer(QObject):
    """Passes on what people answer, too.

    Signals:
        show_asked: The window, with this tunnel (its name, an activation token or "").
        retry_asked: Of a tunnel (its name).
    """

    show_asked = Signal(str, str)
    retry_asked = Signal(str)

    def __init__(
        self,
        switchboard: Switchboard,
        bridge: Bridge,
        notices: Notices,
        balloon: Balloon,
        eyes: Eyes,
        wants: Callable[[], bool] = lambda: True,
    ) -> None:
        super().__init__()
        self._switchboard, self._bridge = switchboard, bridge
        self._notices, self._balloon = notices, balloon
        self._eyes, self._wants = eyes, wants
        self._news, self._flapping = NewsDesk(), Flapping()
        switchboard.picture_changed.connect(self._on_picture_changed)
        switchboard.tunnel_answered.connect(self._on_tunnel_answered)
        switchboard.tunnel_failed.connect(self._on_tunnel_failed)

    def start(self) -> None:
        """Follow what people answer, until the bridge ends."""
        self._bridge.watch(self._notices.answers, self._on_answer)

    def say_missing(self, name: str) -> None:
        """Somebody has asked for a tunnel that is not there any more."""
        words = Words(
            tr("{name} is not there any more").format(name=name),
            tr("Its file has been removed, and no tunnel of that name is up."),
        )
        self._say(name, words, Kind.ERROR, (Choice.SHOW,))

    # What happens.

    def _on_tunnel_answered(self, name: str) -> None:
        self._tell_state(name, Kind.CONNECTED, WORKING)

    def _on_tunnel_failed(self, name: str) -> None:
        row = self._switchboard.picture.find_row(name)
        words = trouble(row) if row is not None else None
        if row is None or words is None or self._eyes.is_showing(name):
            return
        if row.failure is None:  # nobody's order, so nobody waits for it
            self._tell(name, words, Kind.ERROR, TROUBLED, is_urgent=True)
        else:
            self._say(name, words, Kind.ERROR, TROUBLED)

    def _on_picture_changed(self) -> None:
        for name, news in self._news.look(self._switchboard.picture):
            match news:
                case News.LOST | News.SILENT:
                    self._tell_state(name, Kind.DISCONNECTED, TROUBLED)
                case News.FLAWED:
                    self._tell_state(name, Kind.ERROR, WORKING)
                case News.BACK:
                    self._tell_state(name, Kind.CONNECTED, WORKING)
                case News.GONE | News.MENDED if not self._flapping.is_hushed(name):
                    self._bridge.submit(self._notices.withdraw(name))
                case _:
                    pass  # that it keeps changing is still so

    def _tell_state(self, name: str, kind: Kind, choices: tuple[Choice, ...]) -> None:
        picture = self._switchboard.picture
        row = picture.find_row(name)
        is_good = kind is Kind.CONNECTED
        is_seen = self._eyes.isActiveWindow() if is_good else self._eyes.is_showing(name)
        if row is not None and not is_seen:
            self._tell(name, state_words(row, picture), kind, choices)

    def _tell(
        self,
        name: str,
        words: Words,
        kind: Kind,
        choices: tuple[Choice, ...],
        *,
        is_urgent: bool = False,
    ) -> None:
        """Say it, unless this tunnel has had its share."""
        match self._flapping.judge(name, self._switchboard.picture.now_unix_s):
            case Verdict.SAY:
                self._say(name, words, kind, choices, is_urgent=is_urgent)
            case Verdict.SAY_IT_KEEPS_CHANGING:
                self._say(
                    name,
                    flapping_words(name_in(self._switchboard.picture, name)),
                    Kind.ERROR,
                    (Choice.SHOW,),
                )
            case Verdict.HUSH:
                pass

    def _say(
        self,
        name: str,
        words: Words,
        kind: Kind,
        choices: tuple[Choice, ...],
        *,
        is_urgent: bool = False,
    ) -> None:
        if not self._wants():
            return
        body = " ".join(part for part in (words.body, words.remedy) if part)
        notice = Notice(
            tunnel=name,
            title=words.title,
            body=body,
            icon=APP_ID,
            kind=kind,
            choices=tuple((choice, label(choice)) for choice in choices),
            is_urgent=is_urgent,
        )

        def fall_back(was_shown: object) -> None:
            if was_shown is not True:
                self._balloon(words.title, body, is_urgent=kind is not Kind.CONNECTED)

        self._bridge.submit(self._notices.show(notice), fall_back, fall_back)

    # What people answer.

    def _on_answer(self, answer: Answer) -> None:
        row = self._switchboard.picture.find_row(answer.tunnel)
        if answer.choice is Choice.SHOW:
            self.show_asked.emit(answer.tunnel, answer.token)
        elif row is None:
            self.say_missing(answer.tunnel)
        elif answer.choice is Choice.RETRY:
            self.retry_asked.emit(answer.tunnel)
        else:
            self._switchboard.disconnect_tunnel(answer.tunnel)


def label(choice: Choice) -> str:
    return {
        Choice.SHOW: tr("Show"),
        Choice.DISCONNECT: tr("Disconnect"),
        Choice.RETRY: tr("Retry"),
    }[choice]


def state_words(row: TunnelRow, picture: Picture) -> Words:
    cause = row.health.cause if row.health is not None else ""
    has_cause = cause and row.health is not None and row.health.light is Light.DNS_NOT_APPLIED
    parts = [tr_told(cause) if has_cause else sentence(row, picture.now_unix_s)]
    if row.took_over:
        parts.append(tr("Disconnected for it: {names}").format(names=", ".join(row.took_over)))
    return Words(headline(row), " ".join(as_sentence(part) for part in parts))


def flapping_words(name: str) -> Words:
    return Words(
        tr("{name} keeps changing").format(name=name),
        tr(
            "So that it does not disturb you, nothing more is said about it until it has been"
            " calm for {seconds} s."
        ).format(seconds=WITHIN_S),
    )
