"""`where`: which tunnel or link takes a packet, and the rule that decides."""

import asyncio
import time
from typing import Final

from wgdesk.cli.terminal import Paint, complain, say, say_painted
from wgdesk.cli.where_text import Answer, answer_lines
from wgdesk.client.backend import Backend
from wgdesk.client.lookup import look_up
from wgdesk.domain.cryptokey import peer_for
from wgdesk.domain.machine_routing import MachineRouting
from wgdesk.domain.profile import Address
from wgdesk.domain.snapshot import MachineSnapshot, TunnelSnapshot
from wgdesk.domain.where import decide

CUT: Final = "this machine has more routes than are looked at, so the answer may be wrong"


async def where(backend: Backend, host: str, *, as_json: bool) -> int:
    """Print the way to each address of a host.

    Raises:
        HostUnresolved: It has no address.
    """
    addresses = await look_up(host)
    routing, machine = await asyncio.gather(backend.routing(), backend.tunnels())
    answers = [_answer(address, routing, machine) for address in addresses]
    if as_json:
        _say_document(host, answers, routing)
        return 0
    paint, now_unix_s = Paint.for_output(), int(time.time())
    for number, answer in enumerate(answers):
        say_painted([""] if number else [])
        say_painted(answer_lines(answer, routing, machine, now_unix_s, paint))
    if routing.is_cut:
        complain(f"warning: {CUT}")
    return 0


def _say_document(host: str, answers: list[Answer], routing: MachineRouting) -> None:
    from wgdesk.cli.documents import document  # noqa: PLC0415  # json is slow to load
    from wgdesk.cli.where_document import answer_json  # noqa: PLC0415

    told = [answer_json(answer) for answer in answers]
    say(document({"host": host, "answers": told, "cut": routing.is_cut}))


def _answer(address: Address, routing: MachineRouting, machine: MachineSnapshot) -> Answer:
    decision = decide(routing, address)
    tunnel = next((it for it in machine.tunnels if it.name == decision.link), None)
    return Answer(
        address=address,
        decision=decision,
        tunnel=tunnel,
        peer=peer_for(tunnel.device.peers, address) if tunnel else None,
        own_packets=tuple(
            (it.name, decide(routing, address, mark=it.device.fwmark))
            for it in machine.tunnels
            if _has_endpoint(it, address)
        ),
    )


def _has_endpoint(tunnel: TunnelSnapshot, address: Address) -> bool:
    ends = (peer.endpoint for peer in tunnel.device.peers)
    return any(end is not None and end.address == address for end in ends)
