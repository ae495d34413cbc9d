"""What can go wrong while profiles are made, changed, fetched, kept and given away."""

from wgdesk.domain.errors import ClientError


class AutostartKept(ClientError):
    code = "AutostartKept"

    def __init__(self, title: str, why: str) -> None:
        super().__init__(title, why)
        self.title, self.why = title, why

    def __str__(self) -> str:
        return f"the autostart of “{self.title}” is as it was: {self.why}"


class DemoRefused(ClientError):
    code = "DemoRefused"

    def __init__(self, host: str, why: str) -> None:
        super().__init__(host, why)
        self.host, self.why = host, why

    def __str__(self) -> str:
        return f"the demo server {self.host} gave no place: {self.why}"


class DemoUnreachable(ClientError):
    code = "DemoUnreachable"
    remedy = "Check the address, and that this machine is online."

    def __init__(self, host: str, port: int, why: str) -> None:
        super().__init__(host, port, why)
        self.host, self.port, self.why = host, port, why

    def __str__(self) -> str:
        return f"the demo server {self.host} does not answer at TCP port {self.port}: {self.why}"


class PictureRefused(ClientError):
    code = "PictureRefused"

    def __init__(self, why: str, remedy: str = "") -> None:
        super().__init__(why)
        self.why, self.remedy = why, remedy

    def __str__(self) -> str:
        return self.why


class ScreenshotRefused(ClientError):
    code = "ScreenshotRefused"
    remedy = "Save a picture of it with the desktop's own program, and import that file."

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why

    def __str__(self) -> str:
        return f"there is no picture of the screen: {self.why}"


class ServerImpossible(ClientError):
    code = "ServerImpossible"

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why

    def __str__(self) -> str:
        return f"such a server cannot be: {self.why}"
