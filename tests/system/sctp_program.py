"""A program that knows SCTP sockets only, as a gNB or an AMF does: run under the preload library.

`client PORT` prints what it is told; `server` accepts, polls, and prints what it received.
"""

from __future__ import annotations

import ctypes
import errno
import os
import select
import socket
import struct
import sys

SCTP = 132
INITMSG, NODELAY, EVENTS, STATUS = 2, 3, 11, 14
NOTIFICATION, EOR = 0x8000, 0x80
KINDS = {0x8001: "ASSOC_CHANGE", 0x8005: "SHUTDOWN_EVENT"}

libc = ctypes.CDLL(None, use_errno=True)


class Information(ctypes.Structure):
    """struct sctp_sndrcvinfo"""

    _fields_ = (
        ("stream", ctypes.c_uint16),
        ("ssn", ctypes.c_uint16),
        ("flags", ctypes.c_uint16),
        ("ppid", ctypes.c_uint32),
        ("rest", ctypes.c_uint32 * 5),
    )


def new_socket() -> socket.socket:
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM, SCTP)
    made.setsockopt(SCTP, INITMSG, struct.pack("HHHH", 10, 10, 4, 0))
    made.setsockopt(SCTP, NODELAY, 1)
    made.setsockopt(SCTP, EVENTS, bytes([1, 1, 1, 1, 1, 1, 1, 0]))
    assert made.getsockopt(SCTP, EVENTS, 64)[:8] == bytes([1, 1, 1, 1, 1, 1, 1, 0])
    return made


def send(to: socket.socket, octets: bytes, stream: int) -> None:
    ppid = socket.htonl(60)
    sent = libc.sctp_sendmsg(to.fileno(), octets, len(octets), None, 0, ppid, 0, stream, 0, 0)
    assert sent == len(octets), os.strerror(ctypes.get_errno())


def receive(of: socket.socket, room: int = 1 << 16) -> str:
    buffer, information = ctypes.create_string_buffer(room), Information()
    flags, address = ctypes.c_int(), ctypes.create_string_buffer(128)
    size = ctypes.c_uint32(128)
    got = libc.sctp_recvmsg(
        *(of.fileno(), buffer, room, address, ctypes.byref(size)),
        *(ctypes.byref(information), ctypes.byref(flags)),
    )
    if got < 0:
        return errno.errorcode[ctypes.get_errno()]
    octets = buffer.raw[:got]
    if flags.value & NOTIFICATION:
        kind = KINDS[struct.unpack_from("H", octets)[0]]
        state = struct.unpack_from("H", octets, 8)[0] if kind == "ASSOC_CHANGE" else ""
        return f"{kind} {state}".rstrip()
    if not got:
        return "END"
    end = "whole" if flags.value & EOR else "part"
    assert size.value == 16
    return f"{octets.decode()} {information.stream} {socket.ntohl(information.ppid)} {end}"


def client(port: int) -> None:
    end = new_socket()
    end.connect(("127.0.0.1", port))
    print(receive(end))
    status = end.getsockopt(SCTP, STATUS, 256)
    print("streams", struct.unpack_from("HH", status, 16))
    send(end, b"a request", 3)
    print(receive(end))
    print(receive(end, 4))
    print(receive(end))
    print(receive(end))
    print(receive(end))
    print(receive(end))
    end.close()


def server() -> None:
    listener = new_socket()
    address = struct.pack("=HH4s8x", socket.AF_INET, 0, socket.inet_aton("127.0.0.1"))
    assert libc.sctp_bindx(listener.fileno(), address, 1, 1) == 0
    listener.listen()
    print(listener.getsockname()[1], flush=True)
    accepted, _ = listener.accept()
    accepted.setblocking(False)
    assert receive(accepted) == "ASSOC_CHANGE 0"
    early = 0
    while True:
        select.select([accepted], [], [])
        said = receive(accepted)
        if said == "EAGAIN":
            early += 1
            print("partial", flush=True) if early == 1 else None
            continue
        print(said, flush=True)
        if said == "END":
            return
        if said == "last 1 60 whole":
            send(accepted, b"x" * 300_000, 2)


if __name__ == "__main__":
    client(int(sys.argv[2])) if sys.argv[1] == "client" else server()
