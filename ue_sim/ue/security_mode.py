"""Security mode control as the UE sees it (TS 24.501 clause 5.4.2.3)."""

from __future__ import annotations

from nfs.protocols.crypto.errors import CryptoError
from nfs.protocols.nas import (
    Imeisv,
    MmCause,
    NasMessage,
    SecurityModeCommand,
    SecurityModeComplete,
    SecurityModeReject,
    UeSecurityCapability,
    encode,
)
from nfs.protocols.nas.security import NasSecurityContext, NasSecurityError, Side
from nfs.protocols.nas.security_header import SecurityHeaderType
from ue_sim.ue.modem import Modem


def capability(modem: Modem) -> UeSecurityCapability:
    """The algorithms that this UE is to offer; there are all of them."""
    return UeSecurityCapability.of(modem.config.ciphering, modem.config.integrity)


async def establish_security(
    modem: Modem, command: NasMessage, initial: NasMessage | None = None
) -> None:
    """Take the new context into use, if the command is genuine and no algorithm was bid down.

    ``initial`` is the message that the network may want again, complete and protected.
    """
    assert isinstance(command, SecurityModeCommand)  # noqa: S101 - wired for it only
    k_amf = modem.authentication.confirmed(command.eap, command.ng_ksi, command.abba)
    if k_amf is None and modem.security is not None and modem.security.ng_ksi == command.ng_ksi:
        k_amf = modem.security.k_amf
    if command.replayed_ue_security_capability != capability(modem):
        await modem.send(SecurityModeReject(MmCause.UE_SECURITY_CAPABILITIES_MISMATCH))
        return
    security = _verified(modem, command, k_amf) if k_amf is not None else None
    if security is None:
        await modem.send(SecurityModeReject(MmCause.SECURITY_MODE_REJECTED_UNSPECIFIED))
        return
    modem.take_into_use(security)
    modem.authentication.partial = None
    imeisv = Imeisv(modem.config.imeisv) if command.imeisv_request else None
    container = encode(initial) if initial is not None else None
    await modem.send(
        SecurityModeComplete(imeisv, container), SecurityHeaderType.INTEGRITY_CIPHERED_NEW
    )


def _verified(
    modem: Modem, command: SecurityModeCommand, k_amf: bytes
) -> NasSecurityContext | None:
    """The context of the command, unless its MAC does not verify or it is to be without one."""
    try:
        security = NasSecurityContext(
            ng_ksi=command.ng_ksi,
            k_amf=k_amf,
            integrity=command.algorithms.integrity,
            ciphering=command.algorithms.ciphering,
            side=Side.UE,
        )
        security.unprotect(modem.last_octets)
    except (NasSecurityError, CryptoError):
        return None
    return security
