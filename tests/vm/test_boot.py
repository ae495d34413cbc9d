"""A machine that starts, and has its tunnel up before anybody has logged in."""

from pathlib import Path

from tests.labs.server_end import HOME_SUBNETS, generate_keys
from tests.labs.vm import Before
from wgdesk.domain.conf import read_profile
from wgdesk.domain.options import DEFAULT_OPTIONS
from wgdesk.domain.render import digest
from wgdesk.helper.boot_copies import BootCopies, StoredCopy

ALICE = 1000
FIRST_CLIENT = "10.99.0.2/32, fd99::2/128"


def test_boot_brings_the_tunnel_up_before_anybody_logs_in(vm, tmp_path: Path):
    """What `wgdesk boot on home` leaves (tests/box/test_boot_box.py) is on the disk, and no more."""
    private_key, public_key = generate_keys()
    server_private, server_public = generate_keys()
    text = (
        f"[Interface]\nPrivateKey = {private_key}\nAddress = {FIRST_CLIENT}\n\n"
        f"[Peer]\nPublicKey = {server_public}\nAllowedIPs = {HOME_SUBNETS}\n"
        "Endpoint = 192.0.2.2:51820\nPersistentKeepalive = 1\n"
    ).encode()
    copy = StoredCopy(
        "home", ALICE, digest(read_profile(text)), 1_700_000_000, DEFAULT_OPTIONS, 0, text
    )
    BootCopies(tmp_path).save(copy)
    before = Before(
        {"/var/lib/wgdesk/boot/home.json": (tmp_path / "home.json").read_bytes()},
        ["wgdesk-tunnel@home.service"],
    )
    env = {"WGDESK_SERVER_KEY": server_private, "WGDESK_CLIENT": public_key}
    done = vm.pytest(
        ["tests/vm/inside/after_boot.py", "--timeout=500"],
        with_systemd=True,
        before=before,
        env=env,
        timeout_s=540,
    )
    assert done.exit_code == 0, done.output
    assert done.count("passed") == 1
