"""The text of a profile that does not exist yet. Pure."""

from collections.abc import Iterable, Sequence

from wgdesk.domain.keys import PrivateKey

Pairs = Sequence[tuple[str, object]]


def empty_text(private_key: PrivateKey) -> bytes:
    """A profile with nothing in it but its key, as an editor opens it."""
    return text_of([("[Interface]", [("PrivateKey", private_key.base64())])])


def text_of(sections: Iterable[tuple[str, Pairs]], *, comment: str = "") -> bytes:
    """Sections with their `key = value` lines; a value that is None or "" has no line."""
    blocks = [f"# {comment}"] if comment else []
    for header, pairs in sections:
        lines = [f"{key} = {value}" for key, value in pairs if value not in (None, "")]
        blocks.append("\n".join([header, *lines]))
    return ("\n\n".join(blocks) + "\n").encode()
