"""Alice in lab box with a profile that has commands, and whoever decides about them."""

import json

from tests.labs.box import Box
from tests.labs.dialog import Dialog
from tests.labs.server_end import HOME_SUBNETS

FAILED, USAGE, NOT_AUTHORISED = 1, 2, 3
UNIT = "wgdesk-helper.service"
RULE = "/etc/polkit-1/rules.d/10-test.rules"
PROFILE = "/home/alice/.wireguard/home.conf"
APPROVALS = "/var/lib/wgdesk/approvals.json"
LOG = "/root/log"
LIMIT_S = 2
# The shipped limit is half a minute, which is longer than a test wants to wait.
HASTY = f"""
from functools import partial
from wgdesk.engine.this_machine import open_tunnels
from wgdesk.helper.main import run
run(partial(open_tunnels, hook_limit_s={LIMIT_S}))
"""
YES_RULE = """polkit.addRule(function (action) {
    if (%s.indexOf(action.id) >= 0) return polkit.Result.YES;
});
"""
# Says which command it is, as whom it runs, and what there is of the interface.
NOTE = f"""#!/bin/bash
mtu=$(cat /sys/class/net/home/mtu 2>/dev/null || echo none)
peers=$(wg show home peers 2>/dev/null | wc -l)
echo "$1 uid=$(id -u) name=$WGDESK_IFNAME umask=$(umask) mtu=$mtu peers=$peers" >>{LOG}
"""
ALL_BUT_COMMANDS = """polkit.addRule(function (action) {
    if (["org.wgdesk.connect", "org.wgdesk.approve-profile", "org.wgdesk.disconnect"].indexOf(action.id) >= 0)
        return polkit.Result.YES;
});
"""


class CommandScene:
    """Alice at the screen with a profile, and a policy that says yes to what a test names."""

    def __init__(self, box: Box) -> None:
        self.box = box
        server = box.world.wireguard()
        self._text = server.profile(server.add_client(), allowed_ips=HOME_SUBNETS)
        box.write("/usr/libexec/wgdesk/wgdesk-helper", HASTY, mode=0o755)
        box.write("/usr/bin/note", NOTE, mode=0o755)
        self.session = box.log_in("alice")

    def allow(self, *actions: str) -> None:
        ids = json.dumps([f"org.wgdesk.{action}" for action in actions])
        self.box.write(RULE, YES_RULE % ids)
        self.box.run(["systemctl", "restart", "polkit"])

    def profile(self, *hooks: str, user: str = "alice") -> None:
        text = self._text.replace("[Interface]\n", "[Interface]\n" + "\n".join(hooks) + "\n")
        self.box.write(f"/home/{user}/.wireguard/home.conf", text, owner=user, mode=0o600)

    def wgdesk(self, *words: str, user: str = "alice", check: bool = True):
        return self.box.run(["wgdesk", *words], user=user, check=check, timeout_s=60)

    def has_link(self) -> bool:
        return "home" in [link["ifname"] for link in json.loads(self.box.ip("-json", "link"))]

    def log(self) -> list[str]:
        return self.box.read(LOG).splitlines()

    def hook_units(self) -> str:
        listed = ["systemctl", "list-units", "--all", "--no-legend", "wgdesk-hook-*"]
        return self.box.run(listed).stdout

    def processes(self) -> str:
        return self.box.run(["ps", "-eo", "args"]).stdout


class DialogScene:
    """Alice at the screen with a profile and a password dialog."""

    def __init__(self, box: Box) -> None:
        self.box = box
        server = box.world.wireguard()
        self.text = server.profile(server.add_client(), allowed_ips=HOME_SUBNETS)
        self.write(self.text)
        self.session = box.log_in("alice")
        self.dialog = Dialog(box, "alice", self.session)

    def write(self, text: str) -> None:
        self.box.write(PROFILE, text, owner="alice", mode=0o600)

    def begin(self, *words: str):
        """Start the command line as alice; it may wait for the dialog."""
        return self.box.popen(["wgdesk", *words], user="alice")

    def allow_all(self, *words: str, dialogs: int) -> str:
        """Run it to its end while an administrator says yes that often; the last message."""
        running = self.begin(*words)
        message = ""
        for _ in range(dialogs):
            shown = self.dialog.shown()
            message = str(shown["message"])
            self.dialog.allow(shown)
        out, complaint = running.communicate(timeout=30)
        assert running.returncode == 0, (out, complaint)
        return message

    def is_up(self) -> bool:
        return "home:" in self.box.ip("-o", "link")


class AdminScene:
    """Alice has a profile with commands; new profiles need no password, commands do."""

    def __init__(self, box: Box) -> None:
        self.box = box
        server = box.world.wireguard()
        self.text = server.profile(server.add_client(), allowed_ips=HOME_SUBNETS)
        box.write(RULE, ALL_BUT_COMMANDS)
        box.run(["systemctl", "restart", "polkit"])

    def profile(self, *hooks: str, user: str = "alice") -> None:
        text = self.text.replace("[Peer]", "\n".join([*hooks, "[Peer]"]))
        self.box.write(f"/home/{user}/.wireguard/home.conf", text, owner=user, mode=0o600)

    def up(self, user: str):
        return self.box.run(["wgdesk", "up", "home", "--hooks=root"], user=user, check=False)

    def down(self, user: str) -> None:
        self.box.run(["wgdesk", "down", "home"], user=user)

    def admin(self, *words: str, typed: str = "", as_user: str = "alice"):
        """As alice's sudo would start it, on a terminal."""
        env = {"SUDO_UID": str(self.box.user_id(as_user))}
        line = "exec wgdesk-admin " + " ".join(words)
        terminal = ["script", "--quiet", "--return", "--command", line, "/dev/null"]
        return self.box.run(terminal, input_text=typed, env=env, check=False)

    def approved(self) -> list[dict[str, object]]:
        document = json.loads(self.box.read(APPROVALS))
        return [it for listed in document["approved"].values() for it in listed]


def ended(running) -> tuple[int, str]:
    _, complaint = running.communicate(timeout=30)
    return running.returncode, complaint
