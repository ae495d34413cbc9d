"""The verb `export`: profiles into files for another device, or one as a QR code."""

import shutil
import sys
from pathlib import Path
from typing import Final

from wgdesk.cli.terminal import complain, say
from wgdesk.client.exporting import ZIP_NAME, ZIP_SUFFIX, export_conf, export_zip, is_exposed
from wgdesk.client.store import ProfileStore
from wgdesk.client.whole_profile import complete
from wgdesk.domain.names import PROFILE_SUFFIX, printable
from wgdesk.domain.secret_lines import references

EXIT_FAILED: Final = 1
EXIT_USAGE: Final = 2


def export(names: list[str], output: str | None, *, as_qr: bool, plain: bool) -> int:
    """Write profiles into a new file, or draw one; `plain` takes keys out of the keyring for that.

    Raises:
        NoSuchProfile, ProfileUnreadable, VaultError, SecretMissing, ExportRefused, QrTooBig
    """
    store = ProfileStore()
    found = [(file.name, file.read()) for file in map(store.locate, names)]
    if as_qr:
        return _draw(found, output)
    elsewhere = [name for name, content in found if references(content)]
    if elsewhere and not plain:
        complain(
            f"cannot export {printable(elsewhere[0])}: its keys are in the keyring",
            "To write them into the new file: add --plain",
        )
        return EXIT_FAILED
    path = Path(output or (f"{found[0][0]}{PROFILE_SUFFIX}" if len(found) == 1 else ZIP_NAME))
    is_archive = path.suffix.lower() == ZIP_SUFFIX
    if len(found) > 1 and not is_archive:
        complain("several profiles go into one .zip archive", "Write: -o FILE.zip")
        return EXIT_USAGE
    # The same name twice is the same profile.
    whole = {name: complete(content) for name, content in found}
    if is_archive:
        export_zip(path, whole.items())
    else:
        export_conf(path, next(iter(whole.values())))
    _tell(path)
    return 0


def _tell(path: Path) -> None:
    shown = printable(str(path), 200)
    say(f"Wrote {shown}.")
    complain(f"warning: whoever has {shown} can use the tunnel: it holds the private key")
    if is_exposed(path):
        complain(f"warning: others on this machine can read {shown}", f"Run: chmod 600 {shown}")


def _draw(found: list[tuple[str, bytes]], output: str | None) -> int:
    from wgdesk.cli.qr_text import qr_columns, qr_lines  # noqa: PLC0415  # files need none of it
    from wgdesk.client.qr_code import qr_code  # noqa: PLC0415  # as above

    if len(found) != 1 or output is not None:
        complain("--qr shows one profile, and goes with no -o")
        return EXIT_USAGE
    if not sys.stdout.isatty():
        complain("the QR code holds the private key, and is shown in a terminal only")
        return EXIT_FAILED
    name, content = found[0]
    code = qr_code(complete(content), printable(name))
    width = shutil.get_terminal_size().columns
    if width < qr_columns(code):
        complain(
            f"the QR code of {printable(name)} is {qr_columns(code)} columns wide,"
            f" and this terminal {width}",
            "Make the window wider or its letters smaller.",
        )
        return EXIT_FAILED
    for line in qr_lines(code):
        print(line)
    complain("Whoever takes a picture of this can use the tunnel: it holds the private key.")
    return 0
