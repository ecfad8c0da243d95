"""GTP-U, the protocol of N3 and N9 (TS 29.281), with the container of TS 38.415."""

from nfs.protocols.gtpu.codec import PORT, decode, encode, name_of
from nfs.protocols.gtpu.errors import GtpuError, UnsupportedExtensionHeader
from nfs.protocols.gtpu.messages import (
    EchoRequest,
    EchoResponse,
    EndMarker,
    ErrorIndication,
    GPdu,
    GtpuMessage,
    PduSessionContainer,
    SupportedExtensionHeadersNotification,
)

__all__ = [
    "PORT",
    "EchoRequest",
    "EchoResponse",
    "EndMarker",
    "ErrorIndication",
    "GPdu",
    "GtpuError",
    "GtpuMessage",
    "PduSessionContainer",
    "SupportedExtensionHeadersNotification",
    "UnsupportedExtensionHeader",
    "decode",
    "encode",
    "name_of",
]
