"""A real keyring on lab desk: GNOME's, with a password that a test types."""

from typing import Final

from tests.labs.desk import WAIT_S, Desk
from tests.labs.programs import absent_programs

PROGRAMS: Final = ("gnome-keyring-daemon",)
NAME: Final = "org.freedesktop.secrets"
PATH: Final = "/org/freedesktop/secrets"
PASSWORD: Final = "open sesame"  # noqa: S105  # of a keyring that lives for one test
PROMPT: Final = "Unlock"


def missing() -> str | None:
    """One sentence why there can be none here, or None."""
    return absent_programs(PROGRAMS)


def start_keyring(desk: Desk) -> None:
    """Start it, open, with nothing in it."""
    desk.run("dbus-update-activation-environment", "DISPLAY")  # for the window of its prompt
    desk.start(
        "sh",
        "-c",
        f"printf '%s' '{PASSWORD}' |"
        " exec gnome-keyring-daemon --foreground --unlock --components=secrets",
    )
    # A question before it has the name would start another one, which nobody has a password for.
    desk.wait_for(lambda: desk._find_owner(NAME), "the keyring", WAIT_S)
    desk.wait_for(lambda: _is_open(desk), "the keyring to be open", WAIT_S)


def lock_keyring(desk: Desk) -> None:
    """As a locked screen or a person does."""
    desk.run(
        "dbus-send",
        "--session",
        "--print-reply",
        f"--dest={NAME}",
        PATH,
        "org.freedesktop.Secret.Service.Lock",
        f"array:objpath:{PATH}/collection/login",
    )


def _is_open(desk: Desk) -> bool | None:
    text = desk.run(
        "dbus-send",
        "--session",
        "--print-reply",
        f"--dest={NAME}",
        f"{PATH}/collection/login",
        "org.freedesktop.DBus.Properties.Get",
        "string:org.freedesktop.Secret.Collection",
        "string:Locked",
        check=False,
    )
    return True if "boolean false" in text else None
