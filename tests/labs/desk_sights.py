"""What can be seen on lab desk, as values."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Window:
    """A visible window; the position is that of its content, in pixels of the screen."""

    id: int
    title: str
    x: int
    y: int
    width: int
    height: int

    @property
    def centre(self) -> tuple[int, int]:
        return self.x + self.width // 2, self.y + self.height // 2


@dataclass(frozen=True, slots=True)
class TrayItem:
    """An icon as its program tells the panel about it."""

    service: str
    path: str
    id: str
    title: str
    status: str
    tooltip: str


@dataclass(frozen=True, slots=True)
class Notification:
    app: str
    summary: str
    body: str
