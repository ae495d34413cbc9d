"""The lanes: what each one proves, what it needs, and who it runs as."""

from dataclasses import dataclass
from typing import Final

from tests.lanes.needs import Need, private_network, qt_widgets, root, tools, tun


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One directory of tests, run by a pytest of its own.

    Attributes:
        as_nobody: Run it as an ordinary user where the run was started by root: nothing in it
            needs root. Neither the window nor the command line is ever run by root; the other
            lanes start them as an ordinary user themselves.
        with_qt: Load pytest-qt; elsewhere it would ask for Qt's libraries in vain.
        test_timeout_s: For one test; a lab that is built on first use counts as part of it.
        lane_timeout_s: For the whole lane, after which it is ended and counts as failed.
        target_s: Told in the table when the lane takes longer; never a failure.
        labs: Those that are built, once, before the lane begins.
        has_real_parts: What fails is asked once more, alone; see `again`.
        beside: Nothing in it is quick to notice: it runs while the others do, and is heard after.
    """

    name: str
    what: str
    needs: tuple[Need, ...] = ()
    as_nobody: bool = False
    with_qt: bool = False
    test_timeout_s: int = 120
    lane_timeout_s: int = 900
    target_s: float | None = None
    labs: tuple[str, ...] = ()
    has_real_parts: bool = True
    beside: bool = False


NAMESPACES: Final = (tools("ip", "nft", "wg", "wg-quick", "wireguard-go"), tun, private_network)
BOX: Final = (root, tools("debootstrap", "systemd-nspawn"), tun)
VM: Final = (root, tools("debootstrap", "qemu-system-x86_64", "mke2fs", "busybox", "cpio"))

LANES: Final = (
    Lane(name="check", what="format, lint, types, rooms, shell", needs=(tools("shellcheck"),)),
    Lane(
        name="unit",
        what="values and decisions",
        as_nobody=True,
        target_s=10,
        has_real_parts=False,
    ),
    Lane(
        name="ui",
        what="widgets and models, offscreen",
        needs=(qt_widgets,),
        as_nobody=True,
        with_qt=True,
        has_real_parts=False,
    ),
    Lane(
        name="bus",
        what="the helper on a private bus",
        needs=(tools("dbus-daemon"),),
        as_nobody=True,
    ),
    Lane(name="ns", what="real tunnels in network namespaces", needs=(root, *NAMESPACES)),
    Lane(
        name="sandbox",
        what="the demo's private world",
        needs=(*NAMESPACES, tools("dbus-daemon", "unshare")),
    ),
    Lane(
        name="agreement",
        what="the parser against wg and wg-quick, a million texts",
        needs=(root, *NAMESPACES),
        lane_timeout_s=1800,
        beside=True,
    ),
    Lane(
        name="box",
        what="a booted Debian 13: systemd, polkit, two users",
        needs=BOX,
        test_timeout_s=600,
        lane_timeout_s=1800,
        labs=("box",),
    ),
    Lane(
        name="flat",
        what="the Flatpak, built on a stand-in runtime, in its sandbox",
        needs=(
            *BOX,
            *NAMESPACES,
            qt_widgets,
            tools("flatpak", "flatpak-builder", "bwrap", "xdg-dbus-proxy", "ostree"),
            tools("Xvfb", "openbox", "xfce4-panel", "dunst", "xdotool", "import", "appstreamcli"),
        ),
        test_timeout_s=600,
        labs=("flat",),
        beside=True,
    ),
    Lane(
        name="vm",
        what="the kernel's own WireGuard",
        needs=VM,
        test_timeout_s=600,
        lane_timeout_s=1800,
        labs=("vm",),
        beside=True,  # an emulated machine of one processor, minutes on end
    ),
    Lane(
        name="deb",
        what="the .debs: built, installed, used, upgraded and purged",
        needs=(*BOX, tools("dpkg-deb")),
        test_timeout_s=900,
        lane_timeout_s=1800,
        labs=("box", "deb"),
        beside=True,
    ),
    Lane(
        name="faults",
        what="each fault of the list, and exactly what comes of it",
        needs=(*NAMESPACES, *BOX, *VM, tools("dbus-daemon", "setpriv")),
        test_timeout_s=600,
        lane_timeout_s=3600,
        labs=("box", "deb", "vm"),
    ),
    Lane(
        name="desk",
        what="tray, window and notifications on a real panel, and on Wayland",
        needs=(
            qt_widgets,
            tools("Xvfb", "openbox", "xfce4-panel", "dunst", "xdotool", "import"),
            tools("dbus-daemon", "dbus-send", "setpriv", "weston", "sway", "swaymsg"),
        ),
    ),
)


def find_lane(name: str) -> Lane | None:
    return next((lane for lane in LANES if lane.name == name), None)
