"""A program of an ordinary user that speaks to the system bus, with the standard library alone.

    attack N MIB     N connections at once send MIB mebibytes of variants to `Up`
    flood RATE S     RATE calls a second for S seconds, on one connection
    crowd N          opens connections until N are there or the bus refuses; each asks for `List`
    hoard N          N connections at once send a profile of 1 MiB to `Check`
    probe S          asks for `List` ten times a second for S seconds
    knock S          the same, but asks the bus itself

Each prints one line of JSON.
"""

import itertools
import json
import os
import re
import socket
import struct
import sys
import threading
import time
from collections import Counter

BUS = os.environ.get("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/run/dbus/system_bus_socket")
DAEMON = ("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus")
HELPER = ("org.wgdesk.Helper1", "/org/wgdesk/Helper1", "org.wgdesk.Helper1")
VARIANT = b"\x01y\0\x07"  # a byte, wrapped: four bytes that cost a Python object each
CALL, ERROR = 1, 3
FIELDS = {"path": (1, "o"), "interface": (2, "s"), "member": (3, "s"), "destination": (6, "s")}
ERROR_NAME = re.compile(rb"\x04\x01s\0(....)", re.DOTALL)
PIECE = 1 << 20


class Connection:
    """One connection to the bus, named by it."""

    def __init__(self):
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(120)
        self._socket.connect(BUS.removeprefix("unix:path="))
        self._serials = itertools.count(1)
        self._buffer = b""
        uid = str(os.getuid()).encode().hex().encode()
        self._socket.sendall(b"\0AUTH EXTERNAL " + uid + b"\r\n")
        if not self._socket.recv(256).startswith(b"OK"):
            raise ConnectionError("the bus refuses")
        self._socket.sendall(b"BEGIN\r\n")
        self.send(DAEMON, "Hello")
        if self.answer() != "":
            raise ConnectionError("the bus gives no name")

    def send(self, whom, member, signature="", body=b"", body_bytes=None):
        """Returns the serial; `body_bytes` is more than `body` where more will follow."""
        serial = next(self._serials)
        destination, path, interface = whom
        values = {"path": path, "interface": interface, "member": member}
        fields = bytearray()
        for name, text in {**values, "destination": destination}.items():
            code, kind = FIELDS[name]
            fields += b"\0" * (-len(fields) % 8)
            fields += bytes([code, 1]) + kind.encode() + b"\0"
            fields += struct.pack("<I", len(text)) + text.encode() + b"\0"
        if signature:
            fields += b"\0" * (-len(fields) % 8)
            fields += b"\x08\x01g\0" + bytes([len(signature)]) + signature.encode() + b"\0"
        size = len(body) if body_bytes is None else body_bytes
        head = b"l" + bytes([CALL, 0, 1]) + struct.pack("<III", size, serial, len(fields))
        self.write(head + fields + b"\0" * (-len(fields) % 8) + body)
        return serial

    def write(self, data):
        self._socket.sendall(data)

    def answer(self):
        """The next answer: "" for a success, else the error's name."""
        while True:
            head = self._read(16)
            body, _, fields = struct.unpack("<III", head[4:16])
            rest = self._read(fields + -fields % 8 + body)
            if head[1] == ERROR:
                found = ERROR_NAME.search(rest)
                size = struct.unpack("<I", found[1])[0]
                return rest[found.end() : found.end() + size].decode()
            if head[1] == 2:
                return ""

    def _read(self, size):
        while len(self._buffer) < size:
            piece = self._socket.recv(65536)
            if not piece:
                raise ConnectionError("the bus closed the connection")
            self._buffer += piece
        data, self._buffer = self._buffer[:size], self._buffer[size:]
        return data


def attack(number, mebibytes):
    connections = [Connection() for _ in range(number)]
    answers, times = [], []
    chunk = VARIANT * (PIECE // len(VARIANT))

    def one(connection):
        started_s = time.monotonic()
        size = mebibytes * PIECE
        body = struct.pack("<I", size)
        connection.send(HELPER, "Up", "av", body, len(body) + size)
        for _ in range(mebibytes):
            connection.write(chunk)
        answers.append(connection.answer())
        times.append(round(time.monotonic() - started_s, 2))

    threads = [threading.Thread(target=one, args=(it,)) for it in connections]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {"answers": dict(Counter(answers)), "slowest_s": max(times)}


def flood(rate, seconds):
    connection = Connection()
    answers = Counter()
    number = rate * seconds

    def read():
        for _ in range(number):
            answers[connection.answer()] += 1

    reader = threading.Thread(target=read)
    reader.start()
    started_s = time.monotonic()
    for sent in range(number):
        connection.send(HELPER, "List")
        ahead_s = started_s + (sent + 1) / rate - time.monotonic()
        if ahead_s > 0:
            time.sleep(ahead_s)
    took_s = time.monotonic() - started_s
    reader.join()
    return {"answers": dict(answers), "rate": round(number / took_s)}


def crowd(number):
    connections, refused = [], ""
    while len(connections) < number and not refused:
        try:
            connections.append(Connection())
        except OSError as error:
            refused = str(error)
    for connection in connections:
        connection.send(HELPER, "List")
    answers = Counter(connection.answer() for connection in connections)
    return {"connections": len(connections), "answers": dict(answers), "refused": refused}


def hoard(number):
    connections = [Connection() for _ in range(number)]
    profile = b"# 1\n" * (PIECE // 4)
    body = struct.pack("<I", 4) + b"home\0" + b"\0" * 3 + struct.pack("<I", len(profile)) + profile
    body += struct.pack("<I", 0) + b"\0" * 4  # no options; their alignment
    answers, times = Counter(), []

    def one(connection):
        started_s = time.monotonic()
        connection.send(HELPER, "Check", "saya{ss}", body)
        answers[connection.answer()] += 1
        times.append(round(time.monotonic() - started_s, 2))

    threads = [threading.Thread(target=one, args=(it,)) for it in connections]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {"answers": dict(answers), "slowest_s": max(times)}


def probe(seconds):
    return keep_asking(seconds, HELPER, "List")


def knock(seconds):
    return keep_asking(seconds, DAEMON, "GetId")


def keep_asking(seconds, whom, member):
    connection = Connection()
    answers, times = Counter(), []
    end_s = time.monotonic() + seconds
    while time.monotonic() < end_s:
        started_s = time.monotonic()
        connection.send(whom, member)
        answers[connection.answer()] += 1
        times.append(time.monotonic() - started_s)
        time.sleep(0.1)
    times.sort()
    return {
        "answers": dict(answers),
        "slowest_s": round(times[-1], 4),
        "median_s": round(times[len(times) // 2], 4),
    }


COMMANDS = {
    "attack": attack,
    "flood": flood,
    "crowd": crowd,
    "hoard": hoard,
    "probe": probe,
    "knock": knock,
}

if __name__ == "__main__":
    print(json.dumps(COMMANDS[sys.argv[1]](*map(int, sys.argv[2:]))))
