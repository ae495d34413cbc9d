"""Work that root has done by a process of the user it is for, so that no right of root's is lent.

A file in a user's folder is the user's to swap, to link elsewhere or to make a pipe: whoever
opens it must be nobody more than that user.
"""

import os
import pwd
from collections.abc import Callable
from typing import Final, NoReturn

from wgdesk.domain.errors import WgdeskError
from wgdesk.domain.names import printable
from wgdesk.wire.codec import error_from

MAX_BYTES: Final = 2 << 20
_PIECE_BYTES: Final = 64 << 10
_DONE, _FAILED = b"d", b"f"


def run_as(user: pwd.struct_passwd, work: Callable[[], bytes]) -> bytes:
    """What `work` gives, done by a child process with the user's rights alone.

    The child cannot be trusted by then: what comes back is bounded, and only bytes.

    Raises:
        WgdeskError: What the child raised, or that it gave nothing.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _work(user, work, writing)
    os.close(writing)
    try:
        answer = _read_all(reading)
    finally:
        os.close(reading)
        os.waitpid(child, 0)
    match answer[:1]:
        case b"d" if len(answer) <= MAX_BYTES:
            return answer[1:]
        case b"f":
            code, _, text = answer[1:1000].decode("utf-8", "replace").partition("\n")
            raise error_from(code, printable(text, 500))
        case _:
            raise WgdeskError(f"nothing came back from a process of {user.pw_name}")


def _work(user: pwd.struct_passwd, work: Callable[[], bytes], writing: int) -> NoReturn:
    try:
        _become(user)
        answer = _DONE + work()
    except WgdeskError as error:
        answer = _FAILED + f"{error.code}\n{error}".encode("utf-8", "replace")
    except BaseException:  # noqa: BLE001  # it must not go on as a second copy of the parent
        answer = b""
    try:
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(answer)
    finally:
        os._exit(0)


def _become(user: pwd.struct_passwd) -> None:
    """Groups first, for which it takes root; afterwards there is no way back."""
    os.setgroups(os.getgrouplist(user.pw_name, user.pw_gid))
    os.setresgid(user.pw_gid, user.pw_gid, user.pw_gid)
    os.setresuid(user.pw_uid, user.pw_uid, user.pw_uid)
    os.environ["HOME"] = user.pw_dir


def _read_all(descriptor: int) -> bytes:
    found = b""
    while len(found) <= MAX_BYTES and (piece := os.read(descriptor, _PIECE_BYTES)):
        found += piece
    return found
