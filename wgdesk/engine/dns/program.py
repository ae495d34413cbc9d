"""The program wgdesk-resolv: carries the helper's request out, once. Takes no arguments.

Started without a request, as at boot, it brings back the resolv.conf that was there before
the machine went down with a tunnel up.
"""

import logging
import os
import sys
from pathlib import Path

from wgdesk.domain.dns import DnsBackend
from wgdesk.domain.errors import WgdeskError
from wgdesk.engine.dns import work
from wgdesk.engine.dns.places import Places
from wgdesk.engine.dns.plainfile import Entry

_log = logging.getLogger(__name__)
_AT_BOOT = work.Request("", work.Deed.RECOVER, DnsBackend.FILE, Entry(""))


def run(request_file: Path, places: Places) -> int:
    """The exit status; what went wrong stands in the answer too."""
    try:
        request = _read(request_file)
    except (OSError, ValueError, WgdeskError):
        _log.exception("the request cannot be read")
        return 1
    given = work.answer(request, places)
    if request.id:
        _write(places.state_dir / work.ANSWER_NAME, work.encode(given))
    if given.why:
        _log.error("%s", given.why)
    return 1 if given.why else 0


def _read(path: Path) -> work.Request:
    try:
        with path.open("rb") as file:
            return work.decode_request(file.read(work.MAX_REQUEST_BYTES))
    except FileNotFoundError:
        return _AT_BOOT


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = path.with_suffix(".new")
    beside.write_bytes(data)
    beside.replace(path)


def main() -> int:
    os.umask(0o022)
    logging.basicConfig(level=logging.INFO, format="%(levelname)s: %(message)s")
    return run(work.REQUEST_FILE, Places())


if __name__ == "__main__":
    sys.exit(main())
