"""TAI, TAI list, service area list and LADN information (TS 24.501 clause 9.11.3)."""

from __future__ import annotations

from dataclasses import dataclass

from nfs.common.identities import Plmn, Tai
from nfs.protocols.nas.framing import Codec, Malformed
from nfs.protocols.nas.ies.dnn import decode_dnn, encode_dnn
from nfs.protocols.nas.ies.primitives import need

_OF_ONE_PLMN, _CONSECUTIVE, _OF_SEVERAL_PLMNS, _WHOLE_PLMN = range(4)
"""Types of a partial list (figures 9.11.3.9.2 to 9.11.3.9.4 and 9.11.3.49.5)."""
_MAX_TAC = 0xFFFFFF


@dataclass(frozen=True, slots=True)
class ServiceAreaList:
    """9.11.3.49: where service is ``allowed``, or else where it is not.

    ``plmns`` are those whose whole registration area is meant.
    """

    allowed: bool
    tais: tuple[Tai, ...] = ()
    plmns: tuple[Plmn, ...] = ()


@dataclass(frozen=True, slots=True)
class Ladn:
    """A DNN that is served in these tracking areas only (9.11.3.30)."""

    dnn: str
    tais: tuple[Tai, ...]


def _decode_tai(octets: bytes) -> Tai:
    need(octets, 6)
    return Tai(Plmn.from_bytes(octets[:3]), int.from_bytes(octets[3:6]))


def _encode_tai(tai: Tai) -> bytes:
    return tai.plmn.to_bytes() + tai.tac.to_bytes(3)


def _partial_list(octets: bytes, start: int) -> tuple[list[Tai], Plmn | None, int]:
    """The tracking areas of the partial list at ``start``, a whole PLMN, and the list's end."""
    kind, count = need(octets, start + 1)[start] >> 5 & 3, (octets[start] & 31) + 1
    start += 1
    if kind == _OF_SEVERAL_PLMNS:
        end = start + 6 * count
        need(octets, end)
        return [_decode_tai(octets[i : i + 6]) for i in range(start, end, 6)], None, end
    plmn = Plmn.from_bytes(need(octets, start + 3)[start : start + 3])
    start += 3
    if kind == _WHOLE_PLMN:
        return [], plmn, start
    end = start + (3 if kind == _CONSECUTIVE else 3 * count)
    tacs = [int.from_bytes(need(octets, end)[i : i + 3]) for i in range(start, end, 3)]
    if kind == _CONSECUTIVE:
        if tacs[0] + count - 1 > _MAX_TAC:
            raise Malformed("consecutive TACs beyond the last one")
        tacs = list(range(tacs[0], tacs[0] + count))
    return [Tai(plmn, tac) for tac in tacs], None, end


def _decode_tai_list(octets: bytes) -> tuple[Tai, ...]:
    """9.11.3.9: the tracking areas of all partial lists, in their order."""
    need(octets, 1)
    found: list[Tai] = []
    position = 0
    while position < len(octets):
        tais, plmn, position = _partial_list(octets, position)
        if plmn is not None:
            raise Malformed("a partial list of the reserved type in a TAI list")
        found += tais
    return tuple(found)


def _encode_tai_list(tais: tuple[Tai, ...]) -> bytes:
    return _encode_areas(tais, 0)


def _encode_areas(tais: tuple[Tai, ...], flag: int) -> bytes:
    """TACs of one PLMN share it; those of several come with theirs."""
    if not tais:
        return b""
    plmns = {tai.plmn for tai in tais}
    kind = _OF_ONE_PLMN if len(plmns) == 1 else _OF_SEVERAL_PLMNS
    head = bytes((flag | kind << 5 | len(tais) - 1,))
    if kind == _OF_ONE_PLMN:
        return head + tais[0].plmn.to_bytes() + b"".join(t.tac.to_bytes(3) for t in tais)
    return head + b"".join(_encode_tai(tai) for tai in tais)


def _decode_service_area_list(octets: bytes) -> ServiceAreaList:
    """Bit 8 of a partial list says that it is not allowed; the first one decides for all."""
    tais: list[Tai] = []
    plmns: list[Plmn] = []
    position = 0
    allowed = not need(octets, 1)[0] & 0x80
    while position < len(octets):
        found, plmn, position = _partial_list(octets, position)
        tais += found
        plmns += [plmn] if plmn else []
    return ServiceAreaList(allowed, tuple(tais), tuple(plmns))


def _encode_service_area_list(areas: ServiceAreaList) -> bytes:
    flag = 0 if areas.allowed else 0x80
    whole = (bytes((flag | _WHOLE_PLMN << 5,)) + plmn.to_bytes() for plmn in areas.plmns)
    return _encode_areas(areas.tais, flag) + b"".join(whole)


def _decode_ladn(octets: bytes) -> tuple[Ladn, ...]:
    found, position = [], 0
    while position < len(octets):
        end = position + 1 + octets[position]
        dnn = decode_dnn(need(octets, end + 1)[position + 1 : end])
        position = end + 1 + octets[end]
        found.append(Ladn(dnn, _decode_tai_list(need(octets, position)[end + 1 : position])))
    return tuple(found)


def _encode_ladn(ladns: tuple[Ladn, ...]) -> bytes:
    out = b""
    for ladn in ladns:
        for value in (encode_dnn(ladn.dnn), _encode_tai_list(ladn.tais)):
            out += bytes((len(value),)) + value
    return out


def _decode_plmns(octets: bytes) -> tuple[Plmn, ...]:
    if len(octets) % 3:
        raise Malformed("a PLMN list of a length that no PLMNs have")
    return tuple(Plmn.from_bytes(octets[i : i + 3]) for i in range(0, len(octets), 3))


TAI = Codec(_decode_tai, _encode_tai)
TAI_LIST = Codec(_decode_tai_list, _encode_tai_list)
SERVICE_AREA_LIST = Codec(_decode_service_area_list, _encode_service_area_list)
LADN = Codec(_decode_ladn, _encode_ladn)
PLMN_LIST = Codec(_decode_plmns, lambda plmns: b"".join(p.to_bytes() for p in plmns))
