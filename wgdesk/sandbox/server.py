"""One place of the sandbox as a program: its WireGuard server, and its web page.

Runs inside the place's own network namespace, as root there. Prints `ready` once
everything answers, and ends with its first process.
"""

import argparse
import shutil
import signal
import socket
import socketserver
import subprocess
import sys
import time
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Final, NoReturn

from wgdesk.sandbox.network import HOME, INTERNET, SITES, WORK, Site, wanted

ENGINE: Final = "wireguard-go"
ENGINE_START_S: Final = 5.0
PORT: Final = 80
WHERE: Final = {INTERNET: "on the internet", HOME: "at home", WORK: "at work"}


class PlaceError(Exception):
    """This place cannot be set up; the text is one sentence."""


class Page(BaseHTTPRequestHandler):
    """Tells who asked, so that the answer shows which way the question came."""

    place = ""

    def do_GET(self) -> None:
        asker = self.client_address[0].removeprefix("::ffff:")
        body = f"This is the page {self.place}. You come from {asker}.\n".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing: http.server would write every question to the log."""


class PageServer(socketserver.ThreadingTCPServer):
    """Not http.server's own class, which looks up its host name in the DNS when it starts."""

    allow_reuse_address = True
    daemon_threads = True


def run_tool(*argv: str) -> None:
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        words = "; ".join(done.stderr.strip().splitlines())
        raise PlaceError(f"“{' '.join(argv)}” failed: {words}")


def raise_server(site: Site, config_path: str, *, ipv6: bool) -> None:
    make_interface(site.interface)
    run_tool("wg", "setconf", site.interface, config_path)
    for address in wanted(site.tunnel, ipv6=ipv6):
        extra = ["nodad"] if ":" in address else []
        run_tool("ip", "address", "add", address, "dev", site.interface, *extra)
    run_tool("ip", "link", "set", site.interface, "up")


def make_interface(name: str) -> None:
    """In the kernel where it has WireGuard, else by a userspace engine."""
    kernel = ["ip", "link", "add", name, "type", "wireguard"]
    if subprocess.run(kernel, capture_output=True, check=False).returncode == 0:
        return
    if shutil.which(ENGINE) is None:
        raise PlaceError(f"the kernel has no WireGuard and {ENGINE} is not installed")
    # Every namespace would find the engine's socket in /run/wireguard: this one has its own.
    run_tool("mount", "-t", "tmpfs", "tmpfs", "/run/wireguard")
    engine = subprocess.Popen([ENGINE, "-f", name], stdout=sys.stderr)
    deadline = time.monotonic() + ENGINE_START_S
    while not Path(f"/run/wireguard/{name}.sock").exists():
        if engine.poll() is not None or time.monotonic() > deadline:
            raise PlaceError(f"{ENGINE} did not start")
        time.sleep(0.01)


def forward_packets() -> None:
    for path in ("ipv4/ip_forward", "ipv6/conf/all/forwarding"):
        switch = Path("/proc/sys/net", path)
        if switch.exists():
            switch.write_text("1\n", encoding="ascii")


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="wgdesk.sandbox.server")
    parser.add_argument("place")
    parser.add_argument("--config", help="file for `wg setconf`; without it, only the page")
    arguments = parser.parse_args(argv)
    signal.signal(signal.SIGTERM, _leave)
    sites = [site for site in SITES if site.place == arguments.place and arguments.config]
    try:
        serve(arguments.place, sites, arguments.config)
    except PlaceError as error:
        print(f"{arguments.place}: {error}", file=sys.stderr)
        return 1
    finally:
        for site in sites:  # an engine ends with its interface
            subprocess.run(["ip", "link", "delete", site.interface], check=False)
    return 0


def serve(place: str, sites: Sequence[Site], config_path: str) -> None:
    ipv6 = Path("/proc/net/if_inet6").exists()
    forward_packets()
    for site in sites:
        raise_server(site, config_path, ipv6=ipv6)
    Page.place = WHERE[place]
    PageServer.address_family = socket.AF_INET6 if ipv6 else socket.AF_INET
    with PageServer(("", PORT), Page) as server:
        print("ready", flush=True)
        server.serve_forever()


def _leave(number: int, _: object) -> NoReturn:
    sys.exit(128 + number)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
