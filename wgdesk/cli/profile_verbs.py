"""The verbs that make, take in, change and give away profiles; each loads only what it needs."""

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from wgdesk.cli.asking import MakeBackend, ask

if TYPE_CHECKING:  # it brings half of domain with it
    from wgdesk.client.backend import Backend


def _new(arguments: argparse.Namespace, _: MakeBackend) -> int:
    from wgdesk.cli.new import NewOptions, new  # noqa: PLC0415

    options = NewOptions(
        server=arguments.server,
        demo=arguments.demo,
        devices=tuple(arguments.device),
        only=tuple(arguments.only),
        dns=tuple(arguments.dns),
        all_traffic=arguments.all,
    )
    return new(arguments.title, options)


def _import(arguments: argparse.Namespace, make_backend: MakeBackend) -> int:
    if arguments.from_machine is not None:
        return _import_from_machine(arguments, make_backend)
    from wgdesk.cli.importing import import_profiles  # noqa: PLC0415

    return import_profiles(
        arguments.paths, arguments.on_clash, is_dry=arguments.dry_run, as_json=arguments.json
    )


def _import_from_machine(arguments: argparse.Namespace, make_backend: MakeBackend) -> int:
    from wgdesk.cli.importing import take_in  # noqa: PLC0415
    from wgdesk.cli.machine import list_machine, machine_candidates  # noqa: PLC0415

    async def work(backend: "Backend") -> int:
        if not arguments.from_machine:
            return await list_machine(backend, as_json=arguments.json)
        candidates = await machine_candidates(backend, arguments.from_machine)
        return take_in(
            candidates, arguments.on_clash, is_dry=arguments.dry_run, as_json=arguments.json
        )

    return ask(make_backend, work)


def _rename(arguments: argparse.Namespace, make_backend: MakeBackend) -> int:
    from wgdesk.cli.library import rename  # noqa: PLC0415

    return ask(make_backend, lambda backend: rename(backend, arguments.profile, arguments.title))


def _delete(arguments: argparse.Namespace, make_backend: MakeBackend) -> int:
    from wgdesk.cli.library import delete  # noqa: PLC0415

    return ask(make_backend, lambda backend: delete(backend, arguments.profile))


def _undelete(arguments: argparse.Namespace, _: MakeBackend) -> int:
    from wgdesk.cli.library import undelete  # noqa: PLC0415

    return undelete(arguments.profile)


def _history(arguments: argparse.Namespace, _: MakeBackend) -> int:
    from wgdesk.cli.library import history  # noqa: PLC0415

    return history(arguments.profile, arguments.show, arguments.restore, reveal=arguments.reveal)


def _tag(arguments: argparse.Namespace, _: MakeBackend) -> int:
    from wgdesk.cli.library import tag  # noqa: PLC0415

    return tag(arguments.profile, arguments.changes)


def _keyring(arguments: argparse.Namespace, _: MakeBackend) -> int:
    from wgdesk.cli.keyring import keyring  # noqa: PLC0415

    return keyring(arguments.what, arguments.profile, all_of_them=arguments.all)


def _export(arguments: argparse.Namespace, _: MakeBackend) -> int:
    from wgdesk.cli.exporting import export  # noqa: PLC0415

    return export(arguments.names, arguments.output, as_qr=arguments.qr, plain=arguments.plain)


PROFILE_VERBS: Final[dict[str, Callable[[argparse.Namespace, MakeBackend], int]]] = {
    "new": _new,
    "import": _import,
    "rename": _rename,
    "delete": _delete,
    "undelete": _undelete,
    "history": _history,
    "tag": _tag,
    "keyring": _keyring,
    "export": _export,
}
