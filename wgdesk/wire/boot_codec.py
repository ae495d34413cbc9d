"""Copies for the boot as JSON, the same for the bus and for `--json`."""

from collections.abc import Iterable

from wgdesk.domain.boot_copy import BootCopy
from wgdesk.wire.codec import Json, Shape
from wgdesk.wire.options import decode_options, encode_options


def copies_json(copies: Iterable[BootCopy]) -> Json:
    return {"boot": [copy_json(copy) for copy in copies]}


def copy_json(copy: BootCopy) -> Json:
    return {
        "name": copy.name,
        "owner_uid": copy.owner_uid,
        "digest": copy.digest,
        "when": copy.when_unix_s or None,
        "unit": copy.unit,
        "enabled": copy.is_enabled,
        "options": encode_options(copy.options),
        "commands": copy.commands,
    }


def copies_from(document: Json) -> tuple[BootCopy, ...]:
    """Read an answer back; raises InvalidRequest."""
    with Shape():
        return tuple(_copy_from(item) for item in document["boot"])


def _copy_from(document: Json) -> BootCopy:
    return BootCopy(
        name=document["name"],
        owner_uid=document["owner_uid"],
        digest=document["digest"],
        when_unix_s=document["when"] or 0,
        unit=document["unit"],
        is_enabled=document["enabled"],
        options=decode_options(document["options"]),
        commands=document["commands"],
    )
