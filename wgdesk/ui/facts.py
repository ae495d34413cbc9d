"""The figures below the sentence: what the interface is, in pairs of label and value. No Qt."""

from dataclasses import dataclass

from wgdesk.domain.device import Engine
from wgdesk.domain.keys import PublicKey
from wgdesk.domain.profile import Profile
from wgdesk.domain.snapshot import TunnelSnapshot
from wgdesk.ui.language import tr, tr_told
from wgdesk.ui.naming import shown_name
from wgdesk.ui.picture import TunnelRow
from wgdesk.ui.wording import NOTHING, engine_name, short_key, span_words


@dataclass(frozen=True, slots=True)
class Fact:
    """A pair.

    Attributes:
        whole: What is worth copying, where the value is cut for the eye; "" where nothing is.
    """

    label: str
    value: str
    whole: str = ""


def interface_facts(row: TunnelRow, now_unix_s: int) -> tuple[Fact, ...]:
    """What the device says where there is one, else what the file asks for."""
    if row.tunnel is not None and row.tunnel.mtu:
        facts = _facts_of_tunnel(row.tunnel, now_unix_s)
    elif row.profile is not None:
        facts = _facts_of_profile(row.profile, has_keys_elsewhere=row.has_keys_elsewhere)
    else:
        facts = ()
    is_named = facts and shown_name(row) != row.name
    return (Fact(tr("Interface name"), row.name), *facts) if is_named else facts


def _facts_of_tunnel(tunnel: TunnelSnapshot, now_unix_s: int) -> tuple[Fact, ...]:
    key = tunnel.device.public_key
    facts = [
        Fact(tr("Addresses"), ", ".join(map(str, tunnel.addresses)) or NOTHING),
        key_fact(key),
        Fact(tr("Listening port"), str(tunnel.device.listen_port or NOTHING)),
        Fact(tr("MTU"), tr("{count} bytes").format(count=tunnel.mtu)),
        Fact(tr("Engine"), engine_text(tunnel.engine)),
    ]
    if tunnel.since_unix_s:
        facts.append(Fact(tr("Up for"), duration_text(now_unix_s - tunnel.since_unix_s)))
    return tuple(facts)


def _facts_of_profile(profile: Profile, *, has_keys_elsewhere: bool) -> tuple[Fact, ...]:
    interface = profile.interface
    key, mtu = interface.private_key, interface.mtu
    in_keyring = Fact(tr("Private key"), tr("in the keyring"))
    is_elsewhere = key is None and has_keys_elsewhere
    return (
        Fact(tr("Addresses"), ", ".join(map(str, interface.addresses)) or NOTHING),
        in_keyring if is_elsewhere else key_fact(key.public() if key else None),
        Fact(tr("Listening port"), str(interface.listen_port or tr("automatic"))),
        Fact(tr("MTU"), tr("{count} bytes").format(count=mtu) if mtu else tr("automatic")),
    )


def key_fact(key: PublicKey | None) -> Fact:
    text = key.base64() if key else NOTHING
    return Fact(tr("Public key"), short_key(text), text) if key else Fact(tr("Public key"), text)


def duration_text(seconds: int) -> str:
    """The two biggest units: `2 hours, 5 minutes`."""
    return span_words(max(0, seconds), most=2) or tr("a moment")


def engine_text(engine: Engine | None) -> str:
    """`kernel WireGuard (the kernel module answers)`: which one, and why."""
    if engine is None:
        return NOTHING
    name = engine_name(engine.kind)
    return f"{name} ({tr_told(engine.reason)})" if engine.reason else name
