"""From a tunnel that is up to an edited profile: what is changed, in which order, and back."""

from dataclasses import replace
from ipaddress import ip_address

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.build import ENGINE, networks
from tests.support.conf_vectors import PRESHARED, PRIVATE, PUBLIC, key
from tests.support.model_kernel import ModelKernel
from wgdesk.domain.conf import read_profile
from wgdesk.domain.device import DeviceConfig, SocketAddress
from wgdesk.domain.device_changes import merged
from wgdesk.domain.dns import DnsBackend, DnsChoice
from wgdesk.domain.explain import explain_change
from wgdesk.domain.options import DEFAULT_OPTIONS, HookMode, TunnelOptions
from wgdesk.domain.plan import Facts, Plan, plan_up
from wgdesk.domain.profile import Profile
from wgdesk.domain.steps import AddRule, CreateLink, RunHook, UpdateDevice, inverse
from wgdesk.domain.sync import (
    ENDPOINT_STAYS,
    HOOKS_CHANGED,
    Current,
    SyncPlan,
    both,
    plan_sync,
    summary,
)

OTHER = key(102)
HOSTS = {"vpn.example": "192.0.2.1", "new.example": "192.0.2.9"}
BASE = f"""\
[Interface]
PrivateKey = {PRIVATE}
Address = 10.9.0.2/24, fd09::2/64
DNS = 192.0.2.53
[Peer]
PublicKey = {PUBLIC}
PresharedKey = {PRESHARED}
Endpoint = vpn.example:51820
AllowedIPs = 10.9.0.0/16, fd09::/64
PersistentKeepalive = 25
"""
SECOND = f"[Peer]\nPublicKey = {OTHER}\nAllowedIPs = 10.50.0.0/16\n"
PEER = f"peer {PUBLIC}"
OTHER_PEER = f"peer {OTHER}"


def read(text: str) -> Profile:
    return read_profile(text.encode())


def facts(profile: Profile, **more) -> Facts:
    found = {}
    for peer in profile.peers:
        if peer.endpoint is not None:
            host = HOSTS.get(peer.endpoint.host, peer.endpoint.host)
            found[peer.endpoint] = SocketAddress(ip_address(host), peer.endpoint.port)
    wanted = {"dns": DnsChoice(DnsBackend.FILE, "nothing else is there"), "has_firewall": True}
    return Facts(engine=ENGINE, endpoints=found, **{**wanted, **more})


class Up:
    """A tunnel that is up: what was planned, and what its device and the kernel have."""

    def __init__(self, text: str, options: TunnelOptions = DEFAULT_OPTIONS) -> None:
        self.profile, self.options = read(text), options
        self.plan: Plan = plan_up("home", self.profile, facts(self.profile), options)
        self.kernel = ModelKernel()
        self.kernel.raise_tunnel(self.plan)
        port = self.kernel.device.listen_port or 40_000  # chosen by the device
        self.live: DeviceConfig = replace(self.kernel.device, listen_port=port)
        self.kernel.device = self.live

    def own_facts(self, profile: Profile, **more) -> Facts:
        """As the machine tells them while the tunnel is up."""
        used = {"used_tables": frozenset({self.plan.routing.table or 51820})}
        return facts(profile, **{**used, "used_marks": frozenset({self.plan.fwmark}), **more})

    def sync(self, text: str, **more) -> SyncPlan:
        profile = merged(read(text), self.live)
        told = self.own_facts(profile, **more)
        current = Current(self.plan, self.profile, self.live)
        return plan_sync(current, profile, told, self.options)

    def lines(self, text: str, **more) -> list[str]:
        return [line for it in self.sync(text, **more).changes for line in explain_change(it)]


def edited(old: str = "", new: str = "", more: str = "") -> str:
    assert old in BASE
    return BASE.replace(old, new) + more if old else BASE + more


def test_sync_to_the_same_text_changes_nothing():
    up = Up(BASE)
    sync = up.sync("# a comment\n" + BASE)
    assert sync.changes == ()
    assert sync.plan == up.plan
    assert sync.notices == ()


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (PRIVATE, key(16), ["wg set home private-key /dev/stdin"]),
        (PRESHARED, key(55), [f"wg set home {PEER} preshared-key /dev/stdin"]),
        (
            f"PresharedKey = {PRESHARED}\n",
            "",
            [f"wg set home {PEER} preshared-key /dev/stdin"],
        ),
        ("Keepalive = 25", "Keepalive = 5", [f"wg set home {PEER} persistent-keepalive 5"]),
        ("PersistentKeepalive = 25\n", "", [f"wg set home {PEER} persistent-keepalive off"]),
        ("Address", "ListenPort = 7\nAddress", ["wg set home listen-port 7"]),
        (
            "vpn.example:51820",
            "new.example:1",
            [f"wg set home {PEER} endpoint 192.0.2.9:1"],
        ),
        ("vpn.example:51820", "192.0.2.1:51820", []),
        (
            "10.9.0.0/16,",
            "10.9.0.0/16, 10.8.0.0/16,",
            [
                f"wg set home {PEER} allowed-ips +10.8.0.0/16",
                "ip -4 route add 10.8.0.0/16 dev home table 51820",
            ],
        ),
        (
            "10.9.0.0/16,",
            "",
            [
                f"wg set home {PEER} allowed-ips fd09::/64",
                "ip -4 rule delete priority 5205 lookup 51820 suppress_prefixlength 0",
                "ip -4 route delete 10.9.0.0/16 dev home table 51820",
            ],
        ),
        (
            "10.9.0.2/24,",
            "10.9.0.3/24,",
            [
                "nft delete table inet wgdesk-51820",
                "nft add table inet wgdesk-51820",
                "ip -4 address add 10.9.0.3/32 dev home",
                "ip -4 address delete 10.9.0.2/24 dev home",
                "ip -4 address add 10.9.0.3/24 dev home",
                "ip -4 address delete 10.9.0.3/32 dev home",
            ],
        ),
        (
            "fd09::2/64\n",
            "fd09::2/128\n",
            [
                "ip -6 address delete fd09::2/64 dev home",
                "ip -6 address add fd09::2/128 dev home",
            ],
        ),
        ("Address", "MTU = 1300\nAddress", ["ip link set mtu 1300 dev home"]),
        (
            "192.0.2.53",
            "192.0.2.54",
            [
                "take the name servers of home back from resolv.conf",
                "tell resolv.conf the name servers 192.0.2.54",
            ],
        ),
        ("DNS = 192.0.2.53\n", "", ["take the name servers of home back from resolv.conf"]),
    ],
)
def test_one_edit_becomes_these_commands(old, new, expected):
    assert Up(BASE).lines(edited(old, new)) == expected


def test_new_peer_is_told_whole():
    assert Up(BASE).lines(BASE + SECOND) == [
        f"wg set home {OTHER_PEER} allowed-ips 10.50.0.0/16",
        "ip -4 route add 10.50.0.0/16 dev home table 51820",
    ]


def test_peers_that_go_go_first_and_what_they_had_moves():
    moved = edited("10.9.0.0/16,", "10.9.0.0/16, 10.50.0.0/16,")
    assert Up(BASE + SECOND).lines(moved) == [
        f"wg set home {OTHER_PEER} remove",
        f"wg set home {PEER} allowed-ips +10.50.0.0/16",
    ]


def test_networks_that_another_peer_takes_need_no_word_for_the_one_that_had_them():
    swapped = edited("10.9.0.0/16, ", "") + SECOND.replace("10.50.", "10.9.0.0/16, 10.50.")
    assert Up(BASE + SECOND).lines(swapped) == [
        f"wg set home {OTHER_PEER} allowed-ips +10.9.0.0/16",
    ]


def test_last_peer_may_go():
    up = Up(BASE)
    sync = up.sync(BASE.partition("[Peer]")[0])
    assert [line for it in sync.changes for line in explain_change(it)] == [
        "wg set home fwmark off",
        f"wg set home {PEER} remove",
        "ip -4 rule delete priority 5205 lookup 51820 suppress_prefixlength 0",
        "ip -4 rule delete priority 5200 fwmark 0x77670001 lookup main",
        "ip -6 rule delete priority 5205 lookup 51820 suppress_prefixlength 0",
        "ip -6 rule delete priority 5200 fwmark 0x77670001 lookup main",
        "ip -6 route delete fd09::/64 dev home table 51820",
        "ip -4 route delete 10.9.0.0/16 dev home table 51820",
        "nft delete table inet wgdesk-51820",
    ]
    assert any(isinstance(step, CreateLink) for step in sync.plan.steps)


def test_an_endpoint_that_moved_by_itself_stays_until_the_file_names_another():
    up = Up(BASE)
    there = SocketAddress(ip_address("198.51.100.7"), 4711)
    up.live = replace(up.live, peers=(replace(up.live.peers[0], endpoint=there),))
    assert up.lines(BASE) == []
    assert up.lines(edited("Keepalive = 25", "Keepalive = 26")) == [
        f"wg set home {PEER} persistent-keepalive 26"
    ]
    assert up.lines(edited("vpn.example:", "new.example:")) == [
        f"wg set home {PEER} endpoint 192.0.2.9:51820"
    ]


def test_an_endpoint_that_is_gone_from_the_file_is_told_of_and_stays():
    sync = Up(BASE).sync(edited("Endpoint = vpn.example:51820\n"))
    assert sync.changes == ()
    assert sync.notices == (ENDPOINT_STAYS,)


def test_port_and_mark_that_were_chosen_stay():
    up = Up(BASE)
    assert up.live.listen_port == 40_000
    sync = up.sync(edited("Keepalive = 25", "Keepalive = 26"), used_tables=frozenset({51821}))
    assert sync.plan.fwmark == up.plan.fwmark == 0x77670001
    assert sync.plan.routing.table == 51820


def test_table_and_mark_stay_though_lower_numbers_have_become_free():
    up = Up(BASE)
    up.plan = plan_up(
        "home",
        up.profile,
        facts(
            up.profile,
            used_tables=frozenset({51820}),
            used_marks=frozenset({0x77670001}),
        ),
    )
    up.live = replace(up.live, fwmark=up.plan.fwmark)
    sync = up.sync(BASE, used_tables=frozenset({51821}), used_marks=frozenset({0x77670002}))
    assert sync.changes == ()
    assert (sync.plan.routing.table, sync.plan.fwmark) == (51821, 0x77670002)


def test_a_port_that_the_file_no_longer_asks_for_is_let_go():
    text = edited("Address", "ListenPort = 7\nAddress")
    assert Up(text).lines(BASE) == ["wg set home listen-port 0"]


def test_what_a_command_gave_to_the_device_stays():
    text = edited(f"PresharedKey = {PRESHARED}\n").replace(f"PrivateKey = {PRIVATE}\n", "")
    text = text.replace("PersistentKeepalive = 25\n", "").replace("Address", "Table = off\nAddress")
    up = Up(text)
    given = read(BASE)
    peer = replace(up.live.peers[0], preshared_key=given.peers[0].preshared_key, keepalive_s=9)
    up.live = replace(
        up.live, private_key=given.interface.private_key, fwmark=0xCA6C, peers=(peer,)
    )
    assert up.lines(text) == []


def test_what_was_added_to_the_device_by_hand_goes():
    up = Up(BASE)
    extra = Up(BASE + SECOND).live.peers[1]
    peer = replace(
        up.live.peers[0], allowed_ips=networks("10.9.0.0/16", "fd09::/64", "10.1.0.0/16")
    )
    up.live = replace(up.live, peers=(peer, extra))
    assert up.lines(BASE) == [
        f"wg set home {OTHER_PEER} remove",
        f"wg set home {PEER} allowed-ips 10.9.0.0/16,fd09::/64",
    ]


def test_split_tunnel_becomes_full_and_the_packets_of_its_own_are_led_out_first():
    full = edited("10.9.0.0/16, fd09::/64", "0.0.0.0/0")
    lines = Up(BASE).lines(full)
    assert lines == [
        f"wg set home {PEER} allowed-ips 0.0.0.0/0",
        "ip -4 route add 0.0.0.0/0 dev home table 51820",
        "ip -6 rule add priority 5225 unreachable",
        "ip -4 rule add priority 5220 lookup 51820",
        "ip -6 rule delete priority 5205 lookup 51820 suppress_prefixlength 0",
        "ip -6 route delete fd09::/64 dev home table 51820",
        "ip -4 route delete 10.9.0.0/16 dev home table 51820",
    ]
    marked = full.replace("Address", "FwMark = 0x99\nAddress")
    lines = Up(BASE).lines(marked)
    at = lines.index("wg set home fwmark 0x99")
    assert "ip -4 rule add priority 5200 fwmark 0x99 lookup main" in lines[:at]
    assert "ip -4 rule delete priority 5200 fwmark 0x77670001 lookup main" in lines[at:]


@pytest.mark.parametrize("table", ["off", "777"])
def test_table_may_change_both_ways(table):
    named = edited("Address", f"Table = {table}\nAddress")
    for before, after in ((BASE, named), (named, BASE)):
        up = Up(before)
        sync = up.sync(after, used_tables=frozenset(), used_marks=frozenset())
        for change in sync.changes:
            up.kernel.change(change)
        there = Up(after)
        assert up.kernel.picture() == there.kernel.picture()


def test_commands_are_not_run_and_a_down_takes_back_what_the_up_did():
    old = edited("Address", "PostUp = a\nPostDown = b\nAddress")
    up = Up(old, TunnelOptions(hooks=HookMode.ROOT))
    sync = up.sync(old.replace("PostDown = b", "PostDown = c"))
    assert sync.changes == ()
    assert sync.notices == (HOOKS_CHANGED,)
    assert not any(isinstance(step, RunHook) for step in sync.plan.steps)
    assert [step.hook.command for step in sync.plan.post_down] == ["b"]


def test_list_with_signs_is_merged_with_what_the_device_has():
    up = Up(BASE)
    peer = replace(
        up.live.peers[0], allowed_ips=networks("10.9.0.0/16", "fd09::/64", "10.1.0.0/16")
    )
    up.live = replace(up.live, peers=(peer,))
    text = edited("10.9.0.0/16, fd09::/64", "+10.2.0.0/16, -10.9.0.0/16")
    profile = merged(read(text), up.live)
    assert set(profile.peers[0].allowed_ips) == set(
        networks("fd09::/64", "10.1.0.0/16", "10.2.0.0/16")
    )
    assert profile.peers[0].removed_ips is None
    given_to_other = text + SECOND.replace("10.50.", "10.1.")
    assert (
        networks("10.1.0.0/16")[0] not in merged(read(given_to_other), up.live).peers[0].allowed_ips
    )


def test_mtu_follows_the_path_and_stays_where_no_path_is_known():
    up = Up(BASE)
    assert up.lines(BASE, path_mtu=1400) == ["ip link set mtu 1320 dev home"]
    up.plan = plan_up("home", up.profile, facts(up.profile, path_mtu=1400))
    assert up.lines(BASE, path_mtu=None) == []


def test_backend_of_the_name_servers_stays_while_they_are_told():
    up = Up(BASE)
    other = DnsChoice(DnsBackend.RESOLVED, "it came")
    assert up.lines(BASE, dns=other) == []


def test_both_is_all_that_may_stand():
    up = Up(BASE)
    sync = up.sync(edited("Address", "Table = 777\nAddress"))
    steps = both(up.plan, sync).steps
    assert set(sync.plan.steps) <= set(steps)
    assert {it for it in up.plan.steps if isinstance(it, AddRule)} <= set(steps)


def test_summary_tells_in_a_few_words():
    text = edited("Keepalive = 25", "Keepalive = 26") + SECOND
    text = text.replace("10.9.0.2/24", "10.8.0.2/24").replace("192.0.2.53", "192.0.2.54")
    assert summary(Up(BASE).sync(text).changes) == (
        "the firewall rules",
        "addresses",
        "1 peer added",
        "1 peer changed",
        "routes",
        "the name servers",
    )


def test_no_key_is_in_any_line_or_repr():
    sync = Up(BASE).sync(edited(PRIVATE, key(16)).replace(PRESHARED, key(55)))
    (change,) = sync.changes
    assert isinstance(change, UpdateDevice)
    for secret in (PRIVATE, PRESHARED, key(16), key(55)):
        assert secret not in repr(sync) + repr(explain_change(change))
        raw = read(edited(PRIVATE, key(16))).interface.private_key.raw
        assert raw.hex() not in repr(sync)


# Whatever is edited: the changes lead from one to the other, and back from wherever they stop.

NETWORKS = st.lists(
    st.sampled_from(
        ("0.0.0.0/0", "::/0", "10.1.0.0/16", "10.1.2.0/24", "10.2.0.0/16", "fd01::/64", "fd02::/64")
    ),
    min_size=1,
    max_size=4,
    unique=True,
)
ADDRESSES = st.lists(
    st.sampled_from(
        (
            "10.9.0.2/24",
            "10.9.0.2/32",
            "10.9.0.3/24",
            "10.9.0.4/24",
            "10.8.0.1/16",
            "fd09::2/64",
            "fd09::2/128",
            "fd09::3/64",
        )
    ),
    max_size=5,
    unique_by=lambda text: text.partition("/")[0],
)


@st.composite
def texts(draw: st.DrawFn) -> str:
    lines = ["[Interface]", f"PrivateKey = {draw(st.sampled_from((PRIVATE, key(16))))}"]
    options = (
        ("Address", st.just(None) if draw(st.booleans()) else st.none()),
        ("ListenPort", st.sampled_from((None, 51820, 40_000))),
        ("FwMark", st.sampled_from((None, "0x99", "off"))),
        ("MTU", st.sampled_from((None, 1300, 1400))),
        ("Table", st.sampled_from((None, "off", "777"))),
        ("DNS", st.sampled_from((None, "192.0.2.53", "192.0.2.54, corp.example"))),
    )
    lines += [f"{name} = {value}" for name, kind in options if (value := draw(kind)) is not None]
    addresses = draw(ADDRESSES)
    lines += [f"Address = {', '.join(addresses)}"] if addresses else []
    for public in draw(
        st.lists(st.sampled_from((PUBLIC, OTHER, key(103))), max_size=3, unique=True)
    ):
        lines += ["[Peer]", f"PublicKey = {public}", f"AllowedIPs = {', '.join(draw(NETWORKS))}"]
        extras = (
            ("PresharedKey", st.sampled_from((None, PRESHARED, key(55)))),
            ("Endpoint", st.sampled_from(("vpn.example:51820", "192.0.2.7:1"))),
            ("PersistentKeepalive", st.sampled_from((None, 5, 25))),
        )
        lines += [f"{name} = {value}" for name, kind in extras if (value := draw(kind)) is not None]
    return "\n".join(lines) + "\n"


@settings(max_examples=100, deadline=None)
@given(before=texts(), after=texts(), stop=st.integers(0, 30))
def test_changes_lead_from_any_profile_to_any_other_and_back(before, after, stop):
    up, there = Up(before), Up(after)
    was = up.kernel.picture()
    own = up.plan.routing.rules
    sync = (
        up.sync(after) if own else up.sync(after, used_tables=frozenset(), used_marks=frozenset())
    )
    done = []
    for change in sync.changes[:stop]:
        up.kernel.change(change)
        done.append(change)
    for change in reversed(done):
        up.kernel.change(inverse(change))
    up.kernel.mend(up.plan)  # as the engine does: a last IPv4 address takes routes along
    assert up.kernel.picture() == was
    for change in sync.changes:
        up.kernel.change(change)
    expected, found = list(there.kernel.picture()), list(up.kernel.picture())
    if there.profile.interface.listen_port is None:
        expected[6] = replace(expected[6], listen_port=found[6].listen_port)
    assert found == expected
    up.plan, up.profile, up.live = sync.plan, read(after), up.kernel.device
    rules = up.plan.routing.rules
    again = (
        up.sync(after) if rules else up.sync(after, used_tables=frozenset(), used_marks=frozenset())
    )
    assert again.changes == ()
