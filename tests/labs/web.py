"""A web server that answers with the address the request came from.

A test reads from the answer which way the request took: the address inside the
tunnel, or the one on the link outside it.
Started as a program: `python web.py PORT`.
"""

import socket
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class SourceAddressPage(BaseHTTPRequestHandler):
    """`GET /` gives the caller's address; `GET /N` gives N bytes, at most 64 MiB."""

    def do_GET(self) -> None:
        self.send_response(200)
        body = self._body()
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_PUT(self) -> None:
        """Take a body of chunks or of a told length, and answer with its length."""
        body = str(self._swallow()).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _swallow(self) -> int:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return len(self.rfile.read(int(self.headers.get("Content-Length", 0))))
        total = 0
        while size := int(self.rfile.readline(), 16):
            total += len(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return total

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the base's name)
        del format, args

    def _body(self) -> bytes:
        size = self.path.strip("/")
        if size.isdigit():
            return b"x" * min(int(size), 64 * 1024 * 1024)
        return self.client_address[0].removeprefix("::ffff:").encode() + b"\n"


class DualStackServer(ThreadingHTTPServer):
    address_family = socket.AF_INET6
    daemon_threads = True

    def server_bind(self) -> None:
        self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        super().server_bind()


if __name__ == "__main__":
    DualStackServer(("::", int(sys.argv[1])), SourceAddressPage).serve_forever()
