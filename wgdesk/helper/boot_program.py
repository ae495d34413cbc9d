"""What `wgdesk-tunnel@NAME.service` runs: asks the helper as root, and tells systemd what came of it.

All that is decided, the helper decides. The exit status only says whether another try is of
use: the network of a machine that has just started may not be there yet.
"""

import asyncio
import sys
from typing import Final

from wgdesk.engine.bounded_bus import NO_ANSWER, BoundedBus, CallRefused
from wgdesk.wire.names import BUS_NAME, ERROR_PREFIX, INTERFACE, OBJECT_PATH

EXIT_DONE: Final = 0
EXIT_FAILED: Final = 1
EXIT_USAGE: Final = 2
EXIT_TRY_AGAIN: Final = 75  # EX_TEMPFAIL of sysexits.h; RestartForceExitStatus= of the unit
# Up to four commands of half a minute before it is up, and the look-up of its endpoint.
PATIENCE_S: Final = 240.0

_MEMBERS: Final = {"start": "StartBoot", "stop": "StopBoot"}
# LimitExceeded: the units of many tunnels ask at once, and root too has a limit of open changes.
_PASSING: Final = frozenset(
    f"{ERROR_PREFIX}.{code}"
    for code in ("EndpointUnresolved", "DnsFailed", "Busy", "LimitExceeded")
)


def main(argv: list[str] | None = None) -> int:
    """`start NAME` or `stop NAME`; returns the exit status."""
    words = sys.argv[1:] if argv is None else argv
    if len(words) != 2 or words[0] not in _MEMBERS:
        return _failed("usage: wgdesk-boot start|stop NAME", EXIT_USAGE)
    return asyncio.run(_ask(_MEMBERS[words[0]], words[1]))


async def _ask(member: str, name: str) -> int:
    try:
        bus = BoundedBus()
        await bus.connect()
    except OSError as error:
        return _failed(f"there is no system bus: {error.strerror}", EXIT_TRY_AGAIN)
    try:
        async with asyncio.timeout(PATIENCE_S):
            answer = await bus.ask(BUS_NAME, OBJECT_PATH, f"{INTERFACE}.{member}", "s", [name])
    except CallRefused as error:
        return _failed(error.text or error.name, exit_status(error.name))
    except TimeoutError:
        return _failed("the helper does not answer", exit_status(NO_ANSWER))
    finally:
        bus.hang_up()
    sys.stdout.writelines(f"{line}\n" for line in answer)
    return EXIT_DONE


def exit_status(error_name: str) -> int:
    """Whether it may work a little later; what the bus itself says always may."""
    is_own = error_name.startswith(f"{ERROR_PREFIX}.")
    return EXIT_TRY_AGAIN if not is_own or error_name in _PASSING else EXIT_FAILED


def _failed(why: str, status: int) -> int:
    sys.stderr.write(f"{why}\n")
    return status


if __name__ == "__main__":
    sys.exit(main())
