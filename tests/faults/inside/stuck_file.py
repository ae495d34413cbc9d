"""A file system of one file that opens and is never read to its end: `stuck_file.py PATH`.

Speaks FUSE (uapi/linux/fuse.h) with the standard library alone; needs root. It ends, and the
file with it, when its standard input is closed.
"""

import ctypes
import os
import select
import struct
import sys

GETATTR, OPEN, INIT, READ = 3, 14, 26, 15
INTERRUPT = 36  # whoever reads was killed: a reader that even so got no answer could not end
QUIET = {2, 42}  # FORGET and BATCH_FORGET want no answer
EINTR, ENOSYS = 4, 38
MODE = 0o100644
SIZE = 300
FLAGS = 2 | 4  # nosuid, nodev
_libc = ctypes.CDLL(None, use_errno=True)


def attributes():
    # ino, size, blocks, three times, their nanoseconds, mode, nlink, uid, gid, rdev, blksize, flags
    times = (0, 0, 0, 0, 0, 0)
    return struct.pack("<6Q10I", 1, SIZE, 1, *times[:3], *times[3:], MODE, 1, 0, 0, 0, 4096, 0)


def answer_to(opcode, body):
    """None for no answer at all."""
    if opcode == INIT:
        major, minor = struct.unpack_from("<2I", body)
        return struct.pack("<4I2H2I2H8I", major, minor, 0, 0, 0, 0, 4096, 1, 0, 0, *([0] * 8))
    if opcode == GETATTR:
        return struct.pack("<Q2I", 3600, 0, 0) + attributes()
    if opcode == OPEN:
        return struct.pack("<Q2I", 1, 1, 0)  # direct: nothing is read ahead
    return None


def serve(device):
    while True:
        ready, _, _ = select.select([device, sys.stdin], [], [])
        if sys.stdin in ready:
            return
        request = os.read(device, 1 << 17)
        _, opcode, unique = struct.unpack_from("<2IQ", request)
        if opcode == READ or opcode in QUIET:
            continue
        if opcode == INTERRUPT:
            (unique,) = struct.unpack_from("<Q", request, 40)
            data, error = b"", -EINTR
        else:
            data = answer_to(opcode, request[40:])
            error = 0 if data is not None else -ENOSYS
        data = data or b""
        os.write(device, struct.pack("<IiQ", 16 + len(data), error, unique) + data)


def main():
    path = sys.argv[1].encode()
    device = os.open("/dev/fuse", os.O_RDWR)
    options = f"fd={device},rootmode={MODE:o},user_id=0,group_id=0,allow_other".encode()
    if _libc.mount(b"stuck", path, b"fuse", FLAGS, options) != 0:
        raise OSError(ctypes.get_errno(), "mount")
    print("mounted", flush=True)
    try:
        serve(device)
    finally:
        os.close(device)
        _libc.umount2(path, 2)  # detach


if __name__ == "__main__":
    main()
