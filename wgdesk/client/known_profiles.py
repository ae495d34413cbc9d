"""Finds out whether a profile is there already, under whatever name."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from wgdesk.client.profile_file import ProfileFile
from wgdesk.domain.conf import parse
from wgdesk.domain.errors import WgdeskError
from wgdesk.domain.profile import Profile
from wgdesk.domain.render import digest

_KEY: Final = re.compile(rb"[A-Za-z0-9+/]{43}=")


class KnownProfiles:
    """Every file is read once, and taken apart only where it has a key that is looked for.

    A profile is the same as another whose text is the same, or means the same.
    """

    def __init__(self, files: Iterable[ProfileFile] = ()) -> None:
        self._by_text: dict[bytes, ProfileFile] = {}
        self._by_meaning: dict[str, ProfileFile] = {}
        # Those whose meaning nobody has asked for yet.
        self._by_key: defaultdict[bytes, list[ProfileFile]] = defaultdict(list)
        for file in files:
            content = _content_of(file)
            self._by_text.setdefault(_hash(content), file)
            for key in set(_KEY.findall(content)):
                self._by_key[key].append(file)

    def add(self, file: ProfileFile, content: bytes, profile: Profile) -> None:
        """One that has just come to be there."""
        self._by_text.setdefault(_hash(content), file)
        self._by_meaning.setdefault(digest(profile), file)

    def replace(self, file: ProfileFile, content: bytes, profile: Profile) -> None:
        """The same file with another text."""
        self._by_text = {key: it for key, it in self._by_text.items() if it.path != file.path}
        self._by_meaning = {key: it for key, it in self._by_meaning.items() if it.path != file.path}
        self.add(file, content, profile)

    def find(self, content: bytes, profile: Profile) -> ProfileFile | None:
        """The one that is the same, or None."""
        same = self._by_text.get(_hash(content))
        if same is not None:
            return same
        for file in self._by_key.pop(_a_key_of(profile), ()):
            known = parse(_content_of(file)).profile
            if known is not None:
                self._by_meaning.setdefault(digest(known), file)
        return self._by_meaning.get(digest(profile))


def _content_of(file: ProfileFile) -> bytes:
    """Nothing where it cannot be read: it is there, and nobody can say what it is."""
    try:
        return file.read()
    except WgdeskError:
        return b""


def _a_key_of(profile: Profile) -> bytes:
    """One that every text of the profile has in it; b"" where it has no key at all."""
    if profile.interface.private_key is not None:
        return profile.interface.private_key.base64().encode()
    return profile.peers[0].public_key.base64().encode() if profile.peers else b""


def _hash(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()
