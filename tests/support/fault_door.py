"""A call to the helper as any program can make it, and the refusal as it came over the bus."""

from dbus_next import MessageType

from tests.support.private_bus import Client
from wgdesk.wire.names import ERROR_PREFIX

TAKES = "saya{ss}"


async def told(client: Client, method: str, name: str, content: bytes) -> tuple[str, str]:
    """The error's name less its prefix and its sentence; ("", "") for a success."""
    reply = await client.reply(method, TAKES, [name, content, {}])
    if reply.message_type is not MessageType.ERROR:
        return "", ""
    return str(reply.error_name).removeprefix(f"{ERROR_PREFIX}."), str(reply.body[0])
