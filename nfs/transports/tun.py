"""TUN devices: IP packets between this process and the kernel (Linux, CAP_NET_ADMIN)."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import fcntl
import os
import socket
import struct
from collections.abc import Callable, Iterable
from ipaddress import IPv4Interface, IPv6Interface
from pathlib import Path

DEVICE = Path("/dev/net/tun")
MAX_NAME = 15

_TUNSETIFF = 0x400454CA
_IFF_TUN, _IFF_NO_PI = 0x0001, 0x1000
_SIOCSIFADDR, _SIOCSIFNETMASK, _SIOCSIFMTU = 0x8916, 0x891C, 0x8922
_SIOCGIFFLAGS, _SIOCSIFFLAGS, _SIOCGIFINDEX = 0x8913, 0x8914, 0x8933
_IFF_UP_RUNNING = 0x41
_READ = 65_536
_AT_ONCE = 64
"""Packets read in one turn of the event loop."""

Interface = IPv4Interface | IPv6Interface


class Tun:
    """A device that is gone when it is closed; ``name`` may hold %d for the next free number."""

    def __init__(self, name: str, addresses: Iterable[Interface], mtu: int) -> None:
        """Raises OSError, which names the device, when it cannot be made."""
        self._loop: asyncio.AbstractEventLoop | None = None
        try:
            self._descriptor = os.open(DEVICE, os.O_RDWR | os.O_NONBLOCK)
        except OSError as error:
            raise OSError(error.errno, f"{DEVICE}: {error.strerror}") from error
        try:
            request = struct.pack("16sH22x", name.encode()[:MAX_NAME], _IFF_TUN | _IFF_NO_PI)
            made = fcntl.ioctl(self._descriptor, _TUNSETIFF, request)
            self.name = made[:16].rstrip(b"\0").decode()
            _bring_up(self.name, tuple(addresses), mtu)
        except OSError as error:
            os.close(self._descriptor)
            raise OSError(error.errno, f"TUN device {name}: {error.strerror}") from error

    def start(self, on_packet: Callable[[bytes], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._descriptor, self._read, on_packet)

    def _read(self, on_packet: Callable[[bytes], None]) -> None:
        for _ in range(_AT_ONCE):
            try:
                packet = os.read(self._descriptor, _READ)
            except OSError as error:
                if error.errno not in (errno.EAGAIN, errno.EINTR):
                    self.close()
                return
            on_packet(packet)

    def send(self, packet: bytes) -> None:
        """What the kernel does not take is dropped."""
        with contextlib.suppress(OSError):
            os.write(self._descriptor, packet)

    def close(self) -> None:
        if self._descriptor < 0:
            return
        if self._loop is not None and not self._loop.is_closed():
            self._loop.remove_reader(self._descriptor)
        os.close(self._descriptor)
        self._descriptor = -1


def available() -> str | None:
    """Why no device can be made here; None when one can."""
    try:
        Tun("agentnf-try%d", (), 1400).close()
    except OSError as error:
        return str(error.strerror)
    return None


def _bring_up(name: str, addresses: tuple[Interface, ...], mtu: int) -> None:
    ipv4 = [a for a in addresses if isinstance(a, IPv4Interface)]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        fcntl.ioctl(control, _SIOCSIFMTU, struct.pack("16si20x", name.encode(), mtu))
        for number, address in enumerate(ipv4):
            label = f"{name}:{number}" if number else name
            fcntl.ioctl(control, _SIOCSIFADDR, _ipv4(label, address.ip.packed))
            fcntl.ioctl(control, _SIOCSIFNETMASK, _ipv4(label, address.netmask.packed))
        flags = fcntl.ioctl(control, _SIOCGIFFLAGS, struct.pack("16sH22x", name.encode(), 0))
        up = struct.unpack("16sH22x", flags)[1] | _IFF_UP_RUNNING
        fcntl.ioctl(control, _SIOCSIFFLAGS, struct.pack("16sH22x", name.encode(), up))
        index = fcntl.ioctl(control, _SIOCGIFINDEX, struct.pack("16si20x", name.encode(), 0))
        number = struct.unpack("16si20x", index)[1]
    ipv6 = [a for a in addresses if isinstance(a, IPv6Interface)]
    if ipv6 and socket.has_ipv6:
        _add_ipv6(number, ipv6)


def _ipv4(label: str, packed: bytes) -> bytes:
    return struct.pack("16sHH4s16x", label.encode(), socket.AF_INET, 0, packed)


def _add_ipv6(index: int, addresses: list[IPv6Interface]) -> None:
    """A kernel without IPv6 does without them."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as control:
        for address in addresses:
            length = address.network.prefixlen
            fcntl.ioctl(
                control, _SIOCSIFADDR, struct.pack("16sIi", address.ip.packed, length, index)
            )
