"""“Where does it go” on real kernels: the reading and the decision against `ip route get`."""

import random
from dataclasses import replace
from ipaddress import ip_address, ip_network

import pytest

from tests.labs.ns import INTERNET4, INTERNET6
from tests.labs.server_end import EVERYTHING, HOME4, HOME6, HOME_SUBNETS
from tests.support.far import Far
from tests.support.route_questions import Question, ask_kernel, differences
from tests.support.tunnel_rig import OWNER_UID, a_rig
from tests.support.waiting import on_loop
from wgdesk.domain.routing import FIRST_MARK
from wgdesk.domain.where import decide
from wgdesk.engine.routing_reading import read_routing
from wgdesk.wire.codec import decode
from wgdesk.wire.routing_codec import routing_from

NESTS = {4: "10.0.0.0/8", 6: "fd00::/16"}
LINKS = ("d0", "d1", "d2", "v0")  # v0 has no carrier
TABLES = (254, 100, 101, 51820)
KINDS = ("unicast",) * 9 + ("unreachable", "blackhole", "prohibit", "throw")


class OddMachine:
    """A namespace with rules and routes that nobody would think of."""

    def __init__(self, host, seed, family):
        self.host, self.family = host, family
        self.chance = random.Random(f"{seed} {family}")  # noqa: S311  # no secret
        self.addresses = []
        self.lines = []

    def make(self):
        self._links()
        for _ in range(self.chance.randrange(10, 70)):
            self._route()
        for _ in range(self.chance.randrange(12)):
            self._rule()
        script = "".join(f"{line}\n" for line in self.lines)
        self.host.run(
            ["ip", f"-{self.family}", "-force", "-batch", "-"], input_text=script, check=False
        )

    def questions(self, count):
        marks = (0, 0, 1, 2, 3, 0x77670001)
        found = []
        for _ in range(count):
            source = self.chance.choice(self.addresses) if self.chance.random() < 0.2 else None
            found.append(Question(self._target(), self.chance.choice(marks), source))
        return found

    def _links(self):
        sysctl = ["sysctl", "-qw"]
        self.host.run([*sysctl, "net.ipv6.conf.default.accept_dad=0"])
        for name in LINKS:
            self.host.ip("link", "add", name, "type", "veth", "peer", "name", f"far-{name}")
        for name in LINKS[:3]:
            self.host.ip("link", "set", f"far-{name}", "up")
        if self.chance.random() < 0.5:
            switch = f"net.ipv{self.family}.conf.v0.ignore_routes_with_linkdown=1"
            self.host.run([*sysctl, switch])
        for number, name in enumerate(LINKS):
            self.host.ip("link", "set", name, "up")
            for _ in range(self.chance.randrange(4)):
                self._address(name, number)

    def _address(self, link, number):
        host = self.chance.randrange(1, 200)
        if self.family == 4:
            text = f"10.{number}.{self.chance.randrange(3)}.{host}"
            length = self.chance.choice((16, 24, 24, 32))
            more = self.chance.choice(((), (), (), ("scope", "link")))
        else:
            text = f"fd00:{number}:{self.chance.randrange(3)}::{host:x}"
            length = self.chance.choice((48, 64, 64, 128))
            more = self.chance.choice((("nodad",), ("nodad",), ("nodad", "preferred_lft", "0")))
        words = ["ip", "address", "add", f"{text}/{length}", "dev", link, *more]
        if self.host.run(words, check=False).returncode == 0:
            self.addresses.append(ip_address(text))

    def _network(self):
        nest = ip_network(NESTS[self.family])
        most = 32 if self.family == 4 else 64
        if self.chance.random() < 0.12:
            return "default"
        length = self.chance.randrange(nest.prefixlen, most + 1)
        return str(ip_network((self._inside(), length), strict=False))

    def _inside(self):
        """Addresses near each other, so that networks meet."""
        few = self.chance.randrange
        if self.family == 4:
            return ip_address(f"10.{few(5)}.{few(4)}.{few(256)}")
        return ip_address(f"fd00:{few(5)}:{few(4)}:{few(3)}::{few(256):x}")

    def _target(self):
        chance = self.chance.random()
        if chance < 0.7:
            return self._inside()
        if chance < 0.85 and self.addresses:
            return self.chance.choice(self.addresses)
        odd = {
            4: ("8.8.8.8", "127.0.0.1", "127.9.9.9", "224.0.0.5", "255.255.255.255", "0.0.0.0",  # noqa: S104  # asked about, not bound to
                "0.1.2.3", "10.0.0.0", "10.0.0.255", "169.254.1.1", "240.0.0.1"),
            6: ("2001:db8::1", "::1", "ff02::1", "ff05::1", "ff0e::1", "fe80::1", "fe80::1%d1",
                "fd00::", "fd00:1::", "fec0::1", "64:ff9b::1"),
        }  # fmt: skip
        return ip_address(self.chance.choice(odd[self.family]))

    def _route(self):
        kind, table = self.chance.choice(KINDS), self.chance.choice(TABLES)
        metric = self.chance.choice(("", "metric 5", "metric 6", "metric 2000"))
        way = self._way() if kind == "unicast" else ""
        verb = self.chance.choice(("add", "add", "append"))
        self.lines.append(f"route {verb} {kind} {self._network()} {way} table {table} {metric}")

    def _way(self):
        link, chance = self.chance.choice(LINKS), self.chance.random()
        if chance < 0.25:
            return f"via {self._inside()} dev {link} onlink"
        if chance < 0.32:
            hops = self.chance.sample(LINKS[:3], 2)
            return " ".join(f"nexthop via {self._inside()} dev {it} onlink" for it in hops)
        source = f"src {self.chance.choice(self.addresses)}" if self.addresses else ""
        scope = self.chance.choice(("scope global", "scope link")) if self.family == 4 else ""
        return f"dev {link} {scope} {source if chance > 0.8 else ''}"

    def _rule(self):
        pick, number = self.chance.choice, self.chance.randrange(1, 40)
        selectors = [
            f"from {self._network()}" if self.chance.random() < 0.2 else "from all",
            f"to {self._network()}" if self.chance.random() < 0.3 else "",
            pick(("", "", "fwmark 1", "fwmark 2/2", "fwmark 0/1", "fwmark 0x77670001")),
            pick(("", "", "", "", "iif lo", "iif d0", "oif d1")),
        ]
        action = pick(("lookup",) * 6 + ("goto", "nop", "unreachable", "blackhole", "prohibit"))
        end = action
        if action == "lookup":
            least = pick(("", "", "suppress_prefixlength 0", "suppress_prefixlength 16"))
            end = f"lookup {pick(TABLES)} {least}"
        elif action == "goto":
            end = f"goto {number + self.chance.randrange(1, 12)}"
        refusing = action in ("unreachable", "blackhole", "prohibit")
        if refusing and not any(selectors[1:]):
            selectors[1] = f"to {self._inside()}"  # else there is nothing left to ask about
        inverted = "not " if self.chance.random() < 0.1 and not refusing else ""
        words = " ".join(selectors)
        self.lines.append(f"rule add {inverted}{words} priority {number} {end}")


@pytest.mark.parametrize("family", [4, 6])
@pytest.mark.parametrize("seed", range(12))
def test_the_decision_is_the_kernels_on_machines_made_by_chance(in_ns, seed, family):
    machine = OddMachine(in_ns, seed, family)
    machine.make()
    questions = machine.questions(150)
    routing = routing_from(decode(read_routing({})))
    told = ask_kernel(in_ns, questions)
    assert differences(routing, questions, told) == []


@pytest.mark.parametrize("family", [4, 6])
@pytest.mark.parametrize("kind", ["unreachable", "blackhole", "prohibit", "throw"])
def test_what_refuses_is_not_suppressed_and_what_throws_goes_on(in_ns, family, kind):
    host, ip = in_ns, f"-{family}"
    host.ip("link", "add", "d0", "type", "veth", "peer", "name", "d1")
    for name in ("d0", "d1"):
        host.ip("link", "set", name, "up")
    host.ip("address", "add", {4: "10.0.0.1/24", 6: "fd00::1/64"}[family], "dev", "d0")
    host.ip(ip, "route", "add", "default", "dev", "d0")
    host.ip(ip, "route", "add", kind, "default", "table", "100")
    host.ip(ip, "rule", "add", "priority", "9", "lookup", "100", "suppress_prefixlength", "0")
    questions = [Question(ip_address({4: "198.51.100.1", 6: "2001:db8::1"}[family]))]
    routing = routing_from(decode(read_routing({})))
    told = ask_kernel(host, questions)
    assert differences(routing, questions, told) == []
    assert told[0].link == ("d0" if kind == "throw" else "")


LINK_LOCAL = "fe80::99%eth0"


class Talk:
    """The machine of the talk: a home network beside the way to the internet."""

    def __init__(self, far):
        self.host = far.lab.user
        self.server4, self.server6 = far.lab.server4, far.lab.server6
        self.host.ip("link", "add", "lan", "type", "veth", "peer", "name", "far-lan")
        for name in ("lan", "far-lan"):
            self.host.ip("link", "set", name, "up")
        self.host.ip("address", "add", "192.168.50.1/24", "dev", "lan")
        self.host.ip("address", "add", "fd50::1/64", "dev", "lan", "nodad")

    def questions(self, mark):
        texts = (INTERNET4, INTERNET6, HOME4, HOME6, "192.168.50.9", "fd50::9", self.server4)
        texts = (*texts, self.server6, "192.168.50.1", "10.99.0.2", "127.0.0.1", "::1")
        asked = [Question(ip_address(text)) for text in (*texts, LINK_LOCAL)]
        return [*asked, *(replace(it, mark=mark) for it in asked)]

    def check(self, text, mark):
        """Whether the kernel says the same; then where each kind of address goes, by name."""
        routing = routing_from(decode(text))
        for family in (4, 6):
            asked = [it for it in self.questions(mark) if it.to.version == family]
            assert differences(routing, asked, ask_kernel(self.host, asked)) == []

        def link(to, with_mark=0):
            return decide(routing, ip_address(to), mark=with_mark).link

        return {
            "internet": (link(INTERNET4), link(INTERNET6)),
            "lan": (link("192.168.50.9"), link("fd50::9")),
            "home": (link(HOME4), link(HOME6)),
            "server": (link(self.server4), link(self.server4, mark)),
        }


@pytest.fixture
def far(routed_hosts):
    with routed_hosts.user.enter():
        yield Far(routed_hosts)


@pytest.mark.parametrize(
    ("allowed_ips", "expected"),
    [
        (
            None,
            {
                "internet": ("eth0", "eth0"),
                "lan": ("lan", "lan"),
                "home": ("eth0", "eth0"),
                "server": ("eth0", "eth0"),
            },
        ),
        (
            EVERYTHING,
            {
                "internet": ("home", "home"),
                "lan": ("lan", "lan"),
                "home": ("home", "home"),
                "server": ("home", "eth0"),
            },
        ),
        (
            HOME_SUBNETS,
            {
                "internet": ("eth0", "eth0"),
                "lan": ("lan", "lan"),
                "home": ("home", "home"),
                "server": ("eth0", "eth0"),
            },
        ),
    ],
    ids=["no tunnel", "everything", "two subnets"],
)
@on_loop
async def test_the_three_situations_of_the_talk(far, allowed_ips, expected):
    talk, mark = Talk(far), FIRST_MARK
    async with a_rig() as rig:
        if allowed_ips:
            await rig.tunnels.up(OWNER_UID, "home", far.profile(allowed_ips))
            (tunnel,) = rig.tunnels.list()
            mark = tunnel.plan.routing.fwmark
        assert talk.check(await rig.tunnels.routing.read(), mark) == expected


@on_loop
async def test_ipv6_that_a_tunnel_for_ipv4_does_not_carry_goes_nowhere(far):
    talk = Talk(far)
    async with a_rig() as rig:
        await rig.tunnels.up(OWNER_UID, "home", far.profile("0.0.0.0/0"))
        found = talk.check(await rig.tunnels.routing.read(), FIRST_MARK)
        assert found["internet"] == ("home", "")
        assert found["lan"] == ("lan", "lan")


@on_loop
async def test_what_wg_quick_routes_is_decided_as_the_kernel_does_it(far):
    talk = Talk(far)
    host, table = talk.host, "51820"
    host.ip("link", "add", "wg0", "type", "veth", "peer", "name", "wg1")
    for name in ("wg0", "wg1"):
        host.ip("link", "set", name, "up")
    host.ip("address", "add", "10.99.0.2/32", "dev", "wg0")
    host.ip("route", "add", "default", "dev", "wg0", "table", table)
    host.ip("rule", "add", "not", "fwmark", table, "table", table)
    host.ip("rule", "add", "table", "main", "suppress_prefixlength", "0")
    found = talk.check(read_routing({}), 51820)
    assert found["internet"] == ("wg0", "eth0")
    assert found["server"] == ("wg0", "eth0")
    assert found["lan"] == ("lan", "lan")
