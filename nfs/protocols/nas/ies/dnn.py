"""DNN (TS 24.501 clause 9.11.2.1B, TS 23.003 clause 9.1)."""

from __future__ import annotations

from nfs.protocols.nas.framing import Codec, Malformed

MAX_OCTETS = 100


def decode_dnn(octets: bytes) -> str:
    if len(octets) > MAX_OCTETS:
        raise Malformed(f"a DNN of {len(octets)} octets")
    labels, position = [], 0
    while position < len(octets):
        end = position + 1 + octets[position]
        if end > len(octets):
            raise Malformed("a label of the DNN is cut short")
        labels.append(octets[position + 1 : end].decode("ascii"))
        position = end
    if not labels:
        raise Malformed("an empty DNN")
    return ".".join(labels)


def encode_dnn(dnn: str) -> bytes:
    return b"".join(bytes((len(label),)) + label.encode("ascii") for label in dnn.split("."))


def _decode_indication(octets: bytes) -> tuple[str, ...]:
    """LADN indication (9.11.3.29): DNNs, each after its length."""
    found, position = [], 0
    while position < len(octets):
        end = position + 1 + octets[position]
        if end > len(octets):
            raise Malformed("a DNN is cut short")
        found.append(decode_dnn(octets[position + 1 : end]))
        position = end
    return tuple(found)


def _encode_indication(dnns: tuple[str, ...]) -> bytes:
    values = [encode_dnn(dnn) for dnn in dnns]
    return b"".join(bytes((len(value),)) + value for value in values)


DNN = Codec(decode_dnn, encode_dnn)
LADN_INDICATION = Codec(_decode_indication, _encode_indication)
