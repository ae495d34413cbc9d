"""A picture of the screen, or of the part of it that a person chooses, through the desktop.

org.freedesktop.portal.Screenshot, version 2; version 1 takes all of the screen.
"""

import asyncio
import os
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote_to_bytes, urlsplit

from dbus_next.signature import Variant

from wgdesk.client.patience import within
from wgdesk.client.plain_file import NotPlain, TooLarge, read_plain
from wgdesk.client.portal_request import PortalRefused, ask_portal
from wgdesk.client.qr_reading import MAX_PICTURE_BYTES
from wgdesk.domain.foreign_content import FileKind, kind_of
from wgdesk.domain.profile_errors import ScreenshotRefused

PATIENCE_S: Final = 10.0

_SCREENSHOT: Final = "org.freedesktop.portal.Screenshot"
_CLOCK_SLACK_S: Final = 2.0  # file systems count time more coarsely


async def take_screenshot() -> bytes:
    """The picture file's content. The file that the desktop left is gone afterwards.

    Raises:
        ScreenshotRefused: There is no portal, the person said no, or the picture cannot be read.
    """
    asked_unix_s = time.time()
    options = {"interactive": Variant("b", True), "modal": Variant("b", True)}  # noqa: FBT003  # a Variant has no names
    try:
        results = await ask_portal(_SCREENSHOT, "Screenshot", options)
    except PortalRefused as error:
        raise ScreenshotRefused(str(error)) from error
    path = _path_in(results)
    return await asyncio.to_thread(_take, path, asked_unix_s)


def _path_in(results: dict[str, Any]) -> str:
    uri = results.get("uri")
    try:
        parts = urlsplit(uri.value if isinstance(uri, Variant) and uri.signature == "s" else "")
        path = os.fsdecode(unquote_to_bytes(parts.path))
    except ValueError as error:
        raise ScreenshotRefused("the desktop tells no file of it") from error
    is_here = parts.scheme == "file" and parts.netloc in ("", "localhost")
    if not is_here or not path.startswith("/") or "\0" in path:
        raise ScreenshotRefused("the desktop tells no file of it")
    return path


def _take(path: str, asked_unix_s: float) -> bytes:
    """Read it, and remove it if it is what was asked for: a picture, and not older than that."""
    if Path(path).is_symlink():
        raise ScreenshotRefused("what the desktop left is a link")
    try:
        content = within(PATIENCE_S, lambda: read_plain(path, MAX_PICTURE_BYTES))
        is_fresh = os.lstat(path).st_mtime >= asked_unix_s - _CLOCK_SLACK_S
    except TooLarge as error:
        raise ScreenshotRefused("the picture is larger than 32 MiB; choose a part of it") from error
    except NotPlain as error:
        raise ScreenshotRefused(str(error)) from error
    except OSError as error:
        raise ScreenshotRefused((error.strerror or "the system refused").lower()) from error
    if kind_of(content) is not FileKind.PICTURE:
        raise ScreenshotRefused("what the desktop left is no picture")
    if is_fresh:
        with suppress(OSError):
            Path(path).unlink()
    return content
