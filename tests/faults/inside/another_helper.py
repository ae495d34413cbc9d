"""The real helper with one thing changed: `python another_helper.py KIND ...`.

speaks VERSION API OLDEST   it is of that version, and speaks with callers from OLDEST on
waits FOLDER                an `up` stops after its third step, makes FOLDER/midway, and goes
                            on once there is FOLDER/go
fails FOLDER                the same, and then the fourth step fails
"""

import asyncio
import sys
from pathlib import Path

import wgdesk
from wgdesk.wire import names

STEPS = 3


def speak(version: str, api: str, oldest: str) -> None:
    wgdesk.__version__ = version
    names.API_VERSION, names.OLDEST_CLIENT_API = int(api), int(oldest)


def stop_midway(folder: Path, *, is_to_fail: bool) -> None:
    from wgdesk.domain.errors import KernelRefused  # noqa: PLC0415  # after the names are set
    from wgdesk.engine.machine import Machine  # noqa: PLC0415

    carry_out, done = Machine._carry_out, 0

    async def counted(machine, *arguments):
        nonlocal done
        result = await carry_out(machine, *arguments)
        done += 1
        if done == STEPS:
            (folder / "midway").touch()
            while not (folder / "go").exists():  # noqa: ASYNC110  # another process makes it
                await asyncio.sleep(0.01)
            if is_to_fail:
                raise KernelRefused("go on", 1, "as the test says")
        return result

    async def none_ahead(_machine, _steps):
        return 0

    Machine._carry_out, Machine.do_ahead = counted, none_ahead


def main() -> int:
    kind, *words = sys.argv[1:]
    if kind == "speaks":
        speak(*words)
    else:
        stop_midway(Path(words[0]), is_to_fail=kind == "fails")
    from wgdesk.helper.main import main as help_others  # noqa: PLC0415  # after the names are set

    return help_others()


if __name__ == "__main__":
    sys.exit(main())
