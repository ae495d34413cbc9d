"""What can go wrong while profiles are made, changed, fetched, kept and given away."""

from wgdesk.domain.errors import ClientError


class AutostartKept(ClientError):
    code = "AutostartKept"

    def __init__(self, title: str, why: str) -> None:
        super().__init__(title, why)
        self.title, self.why = title, why

    def __str__(self) -> str:
        return f"the autostart of “{self.title}” is as it was: {self.why}"


class BootNeedsKey(ClientError):
    code = "BootNeedsKey"
    remedy = "Bring its keys back into the file first (wgdesk keyring), or connect it after login."

    def __init__(self, title: str) -> None:
        super().__init__(title)
        self.title = title

    def __str__(self) -> str:
        return (
            f"the private key of “{self.title}” lies in your keyring, "
            "which is locked until you log in"
        )


class DeletedGone(ClientError):
    code = "DeletedGone"

    def __init__(self, title: str) -> None:
        super().__init__(title)
        self.title = title

    def __str__(self) -> str:
        return f"“{self.title}” was deleted for good and cannot be brought back"


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


class ExportRefused(ClientError):
    code = "ExportRefused"

    def __init__(self, path: str, why: str, remedy: str = "") -> None:
        super().__init__(path, why)
        self.path, self.why, self.remedy = path, why, remedy

    def __str__(self) -> str:
        return f"{self.path} was not written: {self.why}"


class HistoryUnavailable(ClientError):
    code = "HistoryUnavailable"
    remedy = "Make room, or make yourself the owner of that folder, and try again."

    def __init__(self, path: str, why: str) -> None:
        super().__init__(path, why)
        self.path, self.why = path, why

    def __str__(self) -> str:
        return f"earlier versions cannot be kept in {self.path}: {self.why}"


class InvalidTitle(ClientError):
    code = "InvalidTitle"
    remedy = "Write a name of one line, up to 100 characters."

    def __str__(self) -> str:
        return "a profile needs a name"


class KeysLeft(ClientError):
    code = "KeysLeft"
    remedy = "Try again once that is mended."

    def __init__(self, title: str, why: str) -> None:
        super().__init__(title, why)
        self.title, self.why = title, why

    def __str__(self) -> str:
        return f"“{self.title}” is done, but not all of its earlier versions: {self.why}"


class NameTaken(ClientError):
    code = "NameTaken"
    remedy = "Choose another name."

    def __init__(self, title: str) -> None:
        super().__init__(title)
        self.title = title

    def __str__(self) -> str:
        return f"there is a profile named “{self.title}” already"


class PictureRefused(ClientError):
    code = "PictureRefused"

    def __init__(self, why: str, remedy: str = "") -> None:
        super().__init__(why)
        self.why, self.remedy = why, remedy

    def __str__(self) -> str:
        return self.why


class ProfileChanged(ClientError):
    """Attributes: `content` is what the file has now; it is in no text and no repr."""

    code = "ProfileChanged"
    remedy = "Look at both, then keep one of them."

    def __init__(self, path: str, content: bytes) -> None:
        super().__init__(path)
        self.path, self.content = path, content

    def __str__(self) -> str:
        return f"another program changed {self.path} meanwhile"


class ProfileNotWritten(ClientError):
    code = "ProfileNotWritten"

    def __init__(self, path: str, why: str, remedy: str = "") -> None:
        super().__init__(path, why)
        self.path, self.why, self.remedy = path, why, remedy

    def __str__(self) -> str:
        return f"{self.path} is as it was, and could not be written: {self.why}"


class QrTooBig(ClientError):
    code = "QrTooBig"
    remedy = "Export it as a file."

    def __init__(self, title: str, size: int, most: int) -> None:
        super().__init__(title, size, most)
        self.title, self.size, self.most = title, size, most

    def __str__(self) -> str:
        return (
            f"“{self.title}” is too big for a QR code: it has {self.size:,} bytes,"
            f" and {self.most:,} go into one"
        )


class ScreenshotRefused(ClientError):
    code = "ScreenshotRefused"
    remedy = "Save a picture of it with the desktop's own program, and import that file."

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why

    def __str__(self) -> str:
        return f"there is no picture of the screen: {self.why}"


class SecretMissing(ClientError):
    code = "SecretMissing"
    remedy = "Open the keyring it was put into, or write the key into the profile."

    def __init__(self, *, is_private: bool) -> None:
        super().__init__(is_private)
        self.is_private = is_private

    def __str__(self) -> str:
        if self.is_private:
            return "its private key is not in the keyring"
        return "a preshared key of it is not in the keyring"


class ServerImpossible(ClientError):
    code = "ServerImpossible"

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why

    def __str__(self) -> str:
        return f"such a server cannot be: {self.why}"


class VaultError(ClientError):
    """The keyring cannot be used."""

    code = "VaultError"


class VaultAbsent(VaultError):
    code = "VaultAbsent"
    remedy = "Start a keyring such as GNOME's or KDE's, or keep the keys in the profile."

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why

    def __str__(self) -> str:
        return f"keys cannot be kept in a keyring here: {self.why}"


class VaultFailed(VaultError):
    code = "VaultFailed"

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why

    def __str__(self) -> str:
        return f"the keyring does not work: {self.why}"


class VaultLocked(VaultError):
    """Attributes: `has_keys` where keys are in it that are wanted now."""

    code = "VaultLocked"
    remedy = "Unlock the keyring, and try again."

    def __init__(self, *, has_keys: bool = False) -> None:
        super().__init__(has_keys)
        self.has_keys = has_keys

    def __str__(self) -> str:
        if self.has_keys:
            return "its keys are in the keyring, which is locked"
        return "the keyring is locked"


class VaultTimeout(VaultError):
    code = "VaultTimeout"
    remedy = "Answer the keyring if it asks for a password, and try again."

    def __init__(self, limit_s: float) -> None:
        super().__init__(limit_s)
        self.limit_s = limit_s

    def __str__(self) -> str:
        return f"the keyring has not answered for {self.limit_s:g} seconds"
