"""A dbus-daemon of the test's own with the project's bus policy, and a polkit that obeys."""

import asyncio
import os
import subprocess
from pathlib import Path
from typing import Any

from dbus_next import BusType, Message, MessageFlag, MessageType
from dbus_next.aio import MessageBus

from tests.support.conf_vectors import PRIVATE, PUBLIC
from wgdesk.domain.errors import WgdeskError
from wgdesk.sandbox.bus import render_bus_config
from wgdesk.wire import names
from wgdesk.wire.codec import error_from

RESOURCES = Path(__file__).resolve().parents[2] / "resources"
POLICY = RESOURCES / "dbus" / "org.wgdesk.Helper1.conf"
# A test may play systemd too.
SYSTEMD_POLICY = """<busconfig>
  <policy user="root"><allow own="org.freedesktop.systemd1"/></policy>
  <policy context="default"><allow send_destination="org.freedesktop.systemd1"/></policy>
</busconfig>
"""
HOME = f"""[Interface]
PrivateKey = {PRIVATE}
Address = 10.66.0.2/32

[Peer]
PublicKey = {PUBLIC}
AllowedIPs = 10.66.0.0/24
Endpoint = 198.51.100.7:51820
""".encode()


class PrivateBus:
    """The system bus's rules; whoever runs the test plays root."""

    def __init__(self, folder: Path) -> None:
        socket, config, policies = folder / "bus", folder / "bus.conf", folder / "policies"
        policies.mkdir()
        own_text = POLICY.read_text(encoding="utf-8")
        text = render_bus_config(
            socket_path=socket, services_dir=folder, policies_dir=policies, uid=os.getuid()
        )
        (policies / POLICY.name).write_text(as_played(own_text), encoding="utf-8")
        (policies / "systemd.conf").write_text(as_played(SYSTEMD_POLICY), encoding="utf-8")
        config.write_text(as_played(text), encoding="utf-8")
        self.address = f"unix:path={socket}"
        self._daemon = subprocess.Popen(
            ["dbus-daemon", f"--config-file={config}", "--nofork", "--print-address=1"],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._daemon.stdout is not None
        assert self._daemon.stdout.readline(), "dbus-daemon did not start"

    def close(self) -> None:
        """Safe to call twice."""
        self._daemon.terminate()
        self._daemon.communicate(timeout=5)


def as_played(policy: str) -> str:
    """The same policy with whoever runs the test in the place of root."""
    return policy.replace('user="root"', f'user="{os.getuid()}"')


async def connect(address: str) -> MessageBus:
    return await MessageBus(bus_address=address, bus_type=BusType.SYSTEM).connect()


class Client:
    """A program of a user that calls the helper."""

    def __init__(self, bus: MessageBus) -> None:
        self.bus = bus
        self.signals: list[tuple[str, Any]] = []
        bus.add_message_handler(self._on_message)

    @property
    def sender(self) -> str:
        return str(self.bus.unique_name)

    async def reply(
        self,
        member: str,
        signature: str = "",
        body: list[Any] | None = None,
        *,
        interface: str = names.INTERFACE,
        path: str = names.OBJECT_PATH,
        may_prompt: bool = False,
    ) -> Message:
        """Whatever comes back; fails the test after 20 seconds."""
        flag = MessageFlag.ALLOW_INTERACTIVE_AUTHORIZATION if may_prompt else MessageFlag.NONE
        message = Message(
            destination=names.BUS_NAME,
            path=path,
            interface=interface,
            member=member,
            signature=signature,
            body=body or [],
            flags=flag,
        )
        async with asyncio.timeout(20):
            reply = await self.bus.call(message)
        assert reply is not None
        return reply

    async def call(
        self, member: str, signature: str = "", body: list[Any] | None = None, **how: Any
    ) -> list[Any]:
        """The answer's body; raises the helper's error as the client would."""
        reply = await self.reply(member, signature, body, **how)
        if reply.message_type is MessageType.ERROR:
            prefix, _, code = str(reply.error_name).rpartition(".")
            assert prefix == names.ERROR_PREFIX, (reply.error_name, reply.body)
            raise error_from(code, reply.body[0])
        return list(reply.body)

    async def up(
        self, name: str, profile: bytes, options: dict[str, str] | None = None, **how: Any
    ) -> str:
        answer = await self.call("Up", "saya{ss}", [name, profile, options or {}], **how)
        return str(answer[0])

    async def refusal(self, member: str, *arguments: Any, **how: Any) -> WgdeskError:
        """The error of a call that must not succeed."""
        try:
            answer = await self.call(member, *arguments, **how)
        except WgdeskError as error:
            return error
        raise AssertionError(f"{member} answered {answer}")

    async def error_name(self, *arguments: Any, **how: Any) -> str:
        reply = await self.reply(*arguments, **how)
        assert reply.message_type is MessageType.ERROR, reply.body
        return str(reply.error_name)

    async def leave(self) -> None:
        self.bus.disconnect()
        await self.bus.wait_for_disconnect()

    async def listen(self) -> None:
        """Hear the broadcasts of the helper too."""
        await self._ask_daemon("AddMatch", f"type='signal',interface='{names.INTERFACE}'")

    async def sees(self, name: str) -> bool:
        """Whether somebody has that name on the bus."""
        reply = await self._ask_daemon("NameHasOwner", name)
        return bool(reply.body[0])

    async def _ask_daemon(self, member: str, text: str) -> Message:
        message = Message(
            destination="org.freedesktop.DBus",
            path="/org/freedesktop/DBus",
            interface="org.freedesktop.DBus",
            member=member,
            signature="s",
            body=[text],
        )
        reply = await self.bus.call(message)
        assert reply is not None
        return reply

    def _on_message(self, message: Message) -> None:
        if message.message_type is MessageType.SIGNAL and message.interface == names.INTERFACE:
            self.signals.append((str(message.member), message.body[0] if message.body else None))


Verdict = tuple[bool, bool, dict[str, str]]
REFUSED: Verdict = (False, False, {})


class ObedientPolkit:
    """Says what the test says; remembers what it was asked.

    Attributes:
        verdicts: Action -> (authorised, challenge, details); the rest is refused.
        when_prompted: The same for questions that may open a dialog, where it differs.
        refuse_sender: This one may nothing.
        asked: (sender, action, flags), in order.
        is_open: Cleared, it keeps everybody waiting.
        only_prompts_wait: Then it keeps only those waiting for whom a dialog is open.
    """

    def __init__(self, bus: MessageBus) -> None:
        self.bus = bus
        self.only_prompts_wait = False
        self.verdicts: dict[str, Verdict] = {}
        self.when_prompted: dict[str, Verdict] = {}
        self.refuse_sender = ""
        self.asked: list[tuple[str, str, int]] = []
        self.details: list[dict[str, str]] = []
        self.cancelled: list[str] = []
        self.pending: dict[str, asyncio.Task[None]] = {}
        self.is_open = asyncio.Event()
        self.is_open.set()
        bus.add_message_handler(self._on_message)

    def allow(self, *actions: str) -> None:
        self.verdicts |= dict.fromkeys(actions, (True, False, {}))

    def challenge(self, *actions: str) -> None:
        self.verdicts |= dict.fromkeys(actions, (False, True, {}))

    def actions(self) -> list[str]:
        return [action.removeprefix("org.wgdesk.") for _, action, _ in self.asked]

    def _on_message(self, message: Message) -> Message | bool:
        if message.message_type is not MessageType.METHOD_CALL:
            return False
        if message.member == "CancelCheckAuthorization":
            self.cancelled.append(message.body[0])
            return Message.new_method_return(message)
        assert message.signature == "(sa{sv})sa{ss}us"
        (kind, subject), action, details, flags, cancellation = message.body
        assert kind == "system-bus-name"
        self.asked.append((subject["name"].value, action, flags))
        self.details.append(details)
        verdict = self._verdict(subject["name"].value, action, prompted=bool(flags & 1))
        self.pending[cancellation] = asyncio.ensure_future(self._answer(message, verdict))
        return True

    def _verdict(self, sender: str, action: str, *, prompted: bool) -> Verdict:
        if sender == self.refuse_sender:
            return REFUSED
        if prompted and action in self.when_prompted:
            return self.when_prompted[action]
        return self.verdicts.get(action, REFUSED)

    async def _answer(self, message: Message, verdict: Verdict) -> None:
        flags = message.body[3]
        if flags & 1 or not self.only_prompts_wait:
            await self.is_open.wait()
        self.bus.send(Message.new_method_return(message, "(bba{ss})", [list(verdict)]))
