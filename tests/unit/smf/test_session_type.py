"""Which PDU session type the UE gets (TS 24.501 clause 6.4.1.3)."""

from __future__ import annotations

import pytest

from nfs.protocols.nas import PduSessionType, SmCause
from nfs.smf.session_type import IPV4, IPV4V6, IPV6, TypeNotAllowed, select_type

ALL = (IPV4, IPV6, IPV4V6)
V4_ONLY = SmCause.PDU_SESSION_TYPE_IPV4_ONLY_ALLOWED
V6_ONLY = SmCause.PDU_SESSION_TYPE_IPV6_ONLY_ALLOWED


@pytest.mark.parametrize(
    ("requested", "subscribed", "served", "given"),
    [
        (None, ALL, ALL, (IPV4, None)),
        (None, (IPV6, IPV4), ALL, (IPV6, None)),
        (None, (IPV6, IPV4), (IPV4,), (IPV4, None)),
        (IPV4V6, ALL, ALL, (IPV4V6, None)),
        (IPV4V6, ALL, (IPV4,), (IPV4, V4_ONLY)),
        (IPV4V6, (IPV6,), ALL, (IPV6, V6_ONLY)),
        (IPV4V6, (IPV4, IPV6), ALL, (IPV4, V4_ONLY)),
        (IPV6, (IPV4V6,), ALL, (IPV6, None)),
    ],
)
def test_type_that_is_given(
    requested: PduSessionType | None,
    subscribed: tuple[PduSessionType, ...],
    served: tuple[PduSessionType, ...],
    given: tuple[PduSessionType, SmCause | None],
) -> None:
    assert select_type(requested, subscribed, frozenset(served)) == given


@pytest.mark.parametrize(
    ("requested", "subscribed", "served", "cause"),
    [
        (IPV6, (IPV4,), ALL, V4_ONLY),
        (IPV6, ALL, (IPV4,), V4_ONLY),
        (IPV4, (IPV6,), ALL, V6_ONLY),
        (PduSessionType.ETHERNET, ALL, ALL, SmCause.UNKNOWN_PDU_SESSION_TYPE),
        (PduSessionType.UNSTRUCTURED, ALL, ALL, SmCause.UNKNOWN_PDU_SESSION_TYPE),
        (IPV4, (PduSessionType.ETHERNET,), ALL, SmCause.UNKNOWN_PDU_SESSION_TYPE),
        (None, ALL, (), SmCause.UNKNOWN_PDU_SESSION_TYPE),
    ],
)
def test_type_that_is_refused(
    requested: PduSessionType | None,
    subscribed: tuple[PduSessionType, ...],
    served: tuple[PduSessionType, ...],
    cause: SmCause,
) -> None:
    with pytest.raises(TypeNotAllowed) as refusal:
        select_type(requested, subscribed, frozenset(served))
    assert refusal.value.cause is cause
