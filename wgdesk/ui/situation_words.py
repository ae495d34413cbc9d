"""Routing at a glance, in a sentence. No Qt."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from wgdesk.domain.situation import Exit, Share, Situation, Way
from wgdesk.ui.faces import face
from wgdesk.ui.language import tr, tr_count
from wgdesk.ui.marks import Face, Mark, Tone
from wgdesk.ui.picture import Picture
from wgdesk.ui.wording import as_sentence

MOST_NAMED: Final = 3  # networks; more are counted


def called(now: Situation, titles: Mapping[str, str]) -> Situation:
    """The same with tunnels named as a person calls them; see RoutesRequest."""

    def exit_called(it: Exit) -> Exit:
        return Exit(it.way, titles.get(it.name, it.name)) if it.way is Way.TUNNEL else it

    return replace(
        now,
        exit_v4=exit_called(now.exit_v4),
        exit_v6=exit_called(now.exit_v6),
        shares=tuple(replace(it, tunnel=titles.get(it.tunnel, it.tunnel)) for it in now.shares),
        idle=tuple(titles.get(name, name) for name in now.idle),
    )


def situation_text(now: Situation) -> str:
    """Such as `Everything goes through home; the local network stays reachable`."""
    if Way.TUNNEL in {now.exit_v4.way, now.exit_v6.way}:
        parts = [_full_text(now), *map(_share_text, now.shares)]
        if now.is_local_reachable:
            parts.append(tr("the local network stays reachable"))
        return as_sentence("; ".join(parts))
    if now.shares:
        return as_sentence(_split_text(now.shares))
    return as_sentence(_bare_text(now))


def detail_text(now: Situation) -> str:
    """What the sentence leaves open; "" where that is nothing."""
    exits = (now.exit_v4, now.exit_v6)
    if now.shares and Way.TUNNEL not in {it.way for it in exits}:
        way = _way_out(now)
        if not way:
            return tr("There is no way out for everything else.")
        return tr("Everything else goes out {way}.").format(way=way)
    if is_leaking(now):
        return tr("A profile whose AllowedIPs have 0.0.0.0/0 and ::/0 carries both.")
    return ""


def is_leaking(now: Situation) -> bool:
    """Whether one family goes out past a tunnel that carries all of the other."""
    return {now.exit_v4.way, now.exit_v6.way} == {Way.TUNNEL, Way.LINK}


def situation_face(now: Situation, picture: Picture) -> Face:
    """A tunnel in trouble shows here too: routes that lead into it lead nowhere."""
    ways = {now.exit_v4.way, now.exit_v6.way}
    carrying = {it.name for it in (now.exit_v4, now.exit_v6) if it.way is Way.TUNNEL}
    carrying |= {share.tunnel for share in now.shares}
    for row in picture.rows:
        if row.name in carrying and face(row).tone is not Tone.GOOD:
            return face(row)
    if is_leaking(now):
        return Face(Mark.ATTENTION, Tone.ATTENTION, tr("Some traffic goes past the tunnel"))
    if Way.TUNNEL in ways:
        return Face(Mark.CONNECTED, Tone.GOOD, tr("Through a tunnel"))
    if now.shares:
        return Face(Mark.READY, Tone.GOOD, tr("Partly through a tunnel"))
    if ways == {Way.NONE}:
        return Face(Mark.ATTENTION, Tone.ATTENTION, tr("No way out"))
    return Face(Mark.OFF, Tone.QUIET, tr("Without a tunnel"))


def _full_text(now: Situation) -> str:
    one, other = now.exit_v4, now.exit_v6
    if one == other or Way.NONE in {one.way, other.way}:
        name = one.name if one.way is Way.TUNNEL else other.name
        return tr("Everything goes through {name}").format(name=name)
    return tr("{one}, {other}").format(one=_family_text(4, one), other=_family_text(6, other))


def _family_text(version: int, exit_: Exit) -> str:
    texts = {
        Way.TUNNEL: tr("all IPv{version} goes through {name}"),
        Way.FOREIGN: tr("IPv{version} goes through {name}, another program's tunnel"),
        Way.LINK: tr("IPv{version} goes past it through {name}"),
        Way.BLOCKED: tr("IPv{version} is blocked"),
        Way.NONE: tr("IPv{version} has no way out"),
    }
    return texts[exit_.way].format(version=version, name=exit_.name)


def _split_text(shares: Sequence[Share]) -> str:
    if len(shares) == 1:
        one, many = (
            tr("Only {networks} goes through {name}"),
            tr("Only {networks} go through {name}"),
        )
        text = one if len(shares[0].networks) == 1 else many
        return text.format(networks=_networks_text(shares[0]), name=shares[0].tunnel)
    parts = (
        tr("{networks} through {name}").format(networks=_networks_text(share), name=share.tunnel)
        for share in shares
    )
    return tr("Only this goes through tunnels: {list}").format(list=", ".join(parts))


def _share_text(share: Share) -> str:
    one, many = tr("{networks} goes through {name}"), tr("{networks} go through {name}")
    text = one if len(share.networks) == 1 else many
    return text.format(networks=_networks_text(share), name=share.tunnel)


def _networks_text(share: Share) -> str:
    count = len(share.networks) + share.more
    if count > MOST_NAMED:
        return tr_count("{count} network", "{count} networks", count)
    texts = [str(network) for network in share.networks]
    return tr(" and ").join(part for part in (", ".join(texts[:-1]), texts[-1]) if part)


def _bare_text(now: Situation) -> str:
    foreign = next((it for it in (now.exit_v4, now.exit_v6) if it.way is Way.FOREIGN), None)
    if foreign is not None:
        return tr("Everything goes through {name}, another program's tunnel").format(
            name=foreign.name
        )
    way = _way_out(now)
    if not way:
        return tr("No way out: this machine has no route to the internet")
    if now.idle:
        return tr("No traffic goes through {names}: everything goes out {way}").format(
            names=", ".join(now.idle), way=way
        )
    return tr("No tunnel: everything goes out {way}").format(way=way)


def _way_out(now: Situation) -> str:
    """`through wlan0`; "" where there is none."""
    links = [it.name for it in (now.exit_v4, now.exit_v6) if it.way in {Way.LINK, Way.FOREIGN}]
    if not links:
        return ""
    if len(set(links)) == 1:
        return tr("through {link}").format(link=links[0])
    return tr("through {v4} (IPv4) and {v6} (IPv6)").format(v4=links[0], v6=links[1])
