"""Profiles that only make sense together: both ends of a tunnel."""

from collections.abc import Iterable
from contextlib import suppress

from wgdesk.client.library import Library
from wgdesk.client.profile_file import ProfileFile
from wgdesk.domain.errors import WgdeskError


def create_all(library: Library, texts: Iterable[tuple[str, bytes]]) -> tuple[ProfileFile, ...]:
    """Make a profile of each title and text: all of them or, where one fails, none.

    Raises:
        WgdeskError: As Library.create.
    """
    made: list[ProfileFile] = []
    try:
        with library.together():
            made += (library.create(title, content) for title, content in texts)
    except BaseException:
        for file in made:  # nobody has seen them, so they need not be kept for an undelete
            with suppress(OSError):
                file.path.unlink()
            with suppress(WgdeskError):
                library.preferences.forget(file.name)
        raise
    return tuple(made)
