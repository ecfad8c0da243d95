"""The AMF's word that it did not forward a request to an SMF (TS 24.501 clause 5.4.5.3.3)."""

from __future__ import annotations

from nfs.protocols.nas import DlNasTransport, MmCause, MmStatus, PayloadContainerType, SmCause
from ue_sim.ue.sessions.transactions import Transactions

CONGESTED = {
    MmCause.CONGESTION: SmCause.INSUFFICIENT_RESOURCES,
    MmCause.INSUFFICIENT_RESOURCES_FOR_SPECIFIC_SLICE_AND_DNN: (
        SmCause.INSUFFICIENT_RESOURCES_FOR_SPECIFIC_SLICE_AND_DNN
    ),
    MmCause.INSUFFICIENT_RESOURCES_FOR_SPECIFIC_SLICE: (
        SmCause.INSUFFICIENT_RESOURCES_FOR_SPECIFIC_SLICE
    ),
}
"""What an AMF says, as an SMF would."""

_ABOUT_A_REQUEST = {
    MmCause.PAYLOAD_WAS_NOT_FORWARDED,
    MmCause.DNN_NOT_SUPPORTED_OR_NOT_SUBSCRIBED_IN_THE_SLICE,
    *CONGESTED,
} - {MmCause.CONGESTION}


def end_transaction(transactions: Transactions, message: DlNasTransport | MmStatus) -> None:
    """The third octet of a payload that comes back is the PTI.

    Open5GS' AMF gives nothing back: it reports with 5GMM STATUS, which is about the only request
    under way, if about any.
    """
    if isinstance(message, MmStatus):
        if message.cause in _ABOUT_A_REQUEST and (only := transactions.only) is not None:
            only.answered(DlNasTransport(PayloadContainerType.N1_SM, b"", cause=message.cause))
        return
    pti = message.payload_container[2:3]
    transaction = transactions.get(pti[0]) if pti else None
    if transaction is not None:
        transaction.answered(message)
