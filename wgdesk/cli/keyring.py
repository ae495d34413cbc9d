"""The verb `keyring`: where the keys of profiles are, and moving them."""

from typing import Final

from wgdesk.cli.terminal import complain, say
from wgdesk.client.key_moving import KeyMover, KeyPlace, key_place
from wgdesk.client.library import Library
from wgdesk.client.profile_file import ProfileFile
from wgdesk.client.secrets import Vault
from wgdesk.domain.errors import WgdeskError
from wgdesk.domain.names import printable
from wgdesk.domain.profile_errors import VaultError

EXIT_FAILED: Final = 1
EXIT_USAGE: Final = 2
_PLACES: Final = {
    KeyPlace.FILE: "in the file",
    KeyPlace.KEYRING: "in the keyring",
    KeyPlace.BOTH: "some in the file, some in the keyring",
    KeyPlace.NOWHERE: "it has none",
}


def keyring(what: str, name: str | None, *, all_of_them: bool) -> int:
    """Tell where keys are, or move those of one profile or of all.

    Raises:
        WgdeskError: Those of the one profile were not moved.
    """
    if what == "status":
        return status()
    if all_of_them == bool(name):
        complain("name one profile, or all of them", f"Write: wgdesk keyring {what} NAME|--all")
        return EXIT_USAGE
    return move(name, into_keyring=what == "on")


def status() -> int:
    """Whether the keyring works, and where each profile's keys are; 1 where it does not."""
    code = 0
    try:
        Vault().check()
        say("The keyring works.")
    except VaultError as error:
        complain(str(error), error.remedy)
        code = EXIT_FAILED
    files = Library().store.list()
    width = max((len(printable(file.name)) for file in files), default=0)
    for file in files:
        say(f"{printable(file.name):{width}}  {_place(file)}")
    return code


def move(name: str | None, *, into_keyring: bool) -> int:
    """Move the keys of one profile, or of all; 1 where that did not work for one of them."""
    library = Library()
    vault = Vault()
    if into_keyring:
        vault.check()
    mover = KeyMover(library, vault)
    files = [library.file(library.store.locate(name).name)] if name else library.store.list()
    worst = 0
    for file in files:
        try:
            _move(mover, file, into_keyring=into_keyring)
        except WgdeskError as error:
            if name:
                raise
            complain(f"{printable(file.name)} stays as it is: {error}", error.remedy)
            worst = EXIT_FAILED
    if not files:
        say("There are no profiles yet.")
    return worst


def _move(mover: KeyMover, file: ProfileFile, *, into_keyring: bool) -> None:
    name = printable(file.name)
    count = mover.into_keyring(file.name) if into_keyring else mover.into_file(file.name)
    keys = "1 key" if count == 1 else f"{count} keys"
    if not count:
        say(f"{name} has no keys in the {'file' if into_keyring else 'keyring'}.")
    elif into_keyring:
        say(f"{name}: {keys} went from the file into the keyring.")
    else:
        say(f"{name}: {keys} went from the keyring into the file.")


def _place(file: ProfileFile) -> str:
    try:
        return _PLACES[key_place(file.read())]
    except WgdeskError as error:
        return str(error)
