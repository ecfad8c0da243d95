"""Network name, time zone and time (TS 24.008 clauses 10.5.3.5a, 10.5.3.8 and 10.5.3.9)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from nfs.protocols.nas.framing import Codec, Malformed
from nfs.protocols.nas.ies.primitives import need

_EXTENSION = 0x80
_UCS2 = 1
_GSM_7_BIT = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""The default alphabet of TS 23.038 clause 6.2.1."""


def _decode_name(octets: bytes) -> str:
    """Coding scheme in bits 5 to 7, the number of spare bits at the end in bits 1 to 3."""
    scheme, spare, text = need(octets, 1)[0] >> 4 & 7, octets[0] & 7, octets[1:]
    if scheme == _UCS2:
        return text.decode("utf-16-be")
    if scheme:
        raise Malformed(f"coding scheme {scheme} of a network name")
    bits = int.from_bytes(text, "little")
    count = (8 * len(text) - spare) // 7
    return "".join(_GSM_7_BIT[bits >> 7 * i & 0x7F] for i in range(count))


def _encode_name(name: str) -> bytes:
    return bytes((_EXTENSION | _UCS2 << 4,)) + name.encode("utf-16-be")


def _swapped(octet: int) -> int:
    """Two decimal digits, the first in the low half-octet."""
    tens, units = octet & 15, octet >> 4
    if tens > 9 or units > 9:
        raise Malformed(f"not two digits: {octet:#04x}")
    return 10 * tens + units


def _digits(number: int) -> int:
    return number % 10 << 4 | number // 10


def _decode_zone(octets: bytes) -> timedelta:
    """Quarters of an hour east of UTC, bit 4 of the first digit being the sign."""
    octet = need(octets, 1)[0]
    quarters = _swapped(octet & ~8)
    if quarters > 24 * 4 - 1:
        raise Malformed("a time zone of a day and more")
    return timedelta(minutes=-15 * quarters if octet & 8 else 15 * quarters)


def _encode_zone(offset: timedelta) -> bytes:
    quarters = round(offset / timedelta(minutes=15))
    return bytes((_digits(abs(quarters)) | (8 if quarters < 0 else 0),))


def _decode_time(octets: bytes) -> datetime:
    """The time is that of UTC, said in the local time zone."""
    year, month, day, hour, minute, second = (_swapped(o) for o in need(octets, 7)[:6])
    utc = datetime(2000 + year, month, day, hour, minute, second, tzinfo=UTC)
    return utc.astimezone(timezone(_decode_zone(octets[6:])))


def _encode_time(time: datetime) -> bytes:
    utc = time.astimezone(UTC)
    parts = (utc.year % 100, utc.month, utc.day, utc.hour, utc.minute, utc.second)
    return bytes(map(_digits, parts)) + _encode_zone(time.utcoffset() or timedelta())


NETWORK_NAME = Codec(_decode_name, _encode_name)
TIME_ZONE = Codec(_decode_zone, _encode_zone)
UNIVERSAL_TIME = Codec(_decode_time, _encode_time)
