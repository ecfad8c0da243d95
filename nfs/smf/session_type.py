"""Which PDU session type and SSC mode a session gets (TS 24.501 clauses 6.4.1.3 and 6.4.1.4)."""

from __future__ import annotations

from collections.abc import Sequence

from nfs.protocols.nas import PduSessionType, SmCause

IPV4, IPV6, IPV4V6 = PduSessionType.IPV4, PduSessionType.IPV6, PduSessionType.IPV4V6


class TypeNotAllowed(Exception):
    def __init__(self, cause: SmCause) -> None:
        super().__init__(cause.name)
        self.cause = cause


def select_type(
    requested: PduSessionType | None,
    subscribed: Sequence[PduSessionType],
    served: frozenset[PduSessionType],
) -> tuple[PduSessionType, SmCause | None]:
    """The type, and the cause the UE is told when it gets less than it asked for.

    ``subscribed`` begins with the default type; ``served`` are the types the DNN has addresses for.
    """
    possible = [kind for kind in subscribed if kind in served]
    if IPV4V6 in possible:  # who may have both may have one of them
        possible += [IPV4, IPV6]
    if requested is None:
        if not possible:
            raise TypeNotAllowed(SmCause.UNKNOWN_PDU_SESSION_TYPE)
        return possible[0], None
    if requested in possible:
        return requested, None
    if IPV4 in possible and requested in (IPV6, IPV4V6):
        cause = SmCause.PDU_SESSION_TYPE_IPV4_ONLY_ALLOWED
    elif IPV6 in possible and requested in (IPV4, IPV4V6):
        cause = SmCause.PDU_SESSION_TYPE_IPV6_ONLY_ALLOWED
    else:
        raise TypeNotAllowed(SmCause.UNKNOWN_PDU_SESSION_TYPE)
    if requested is not IPV4V6:
        raise TypeNotAllowed(cause)
    return (IPV4 if IPV4 in possible else IPV6), cause
