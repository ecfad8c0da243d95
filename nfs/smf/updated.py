"""SmContextUpdatedData: what UpdateSMContext is answered with (TS 29.502 clause 6.1.6.2.11)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from starlette.responses import JSONResponse, Response

from nfs.common.sbi.multipart import NAS, NGAP, Part, build
from nfs.protocols.nas import SmMessage, encode
from nfs.smf.consumer.amf import N2
from nfs.smf.sm_context import UpCnxState

_N1_PART = "5gnas-sm"
_N2_PART = "ngap-sm"


@dataclass(frozen=True, slots=True)
class Updated:
    """What the AMF is to hand to the UE and to the gNB."""

    n1: SmMessage | None = None
    n2: N2 | None = None
    up_cnx_state: UpCnxState | None = None
    ho_state: str | None = None

    def response(self) -> Response:
        body: dict[str, Any] = {}
        parts: list[Part] = []
        if self.up_cnx_state is not None:
            body["upCnxState"] = self.up_cnx_state.value
        if self.ho_state is not None:
            body["hoState"] = self.ho_state
        if self.n1 is not None:
            body["n1SmMsg"] = {"contentId": _N1_PART}
            parts.append(Part(_N1_PART, NAS, encode(self.n1)))
        if self.n2 is not None:
            kind, octets = self.n2
            body |= {"n2SmInfo": {"contentId": _N2_PART}, "n2SmInfoType": kind}
            parts.append(Part(_N2_PART, NGAP, octets))
        if not body:
            return Response(status_code=204)
        if not parts:
            return JSONResponse(body)
        content_type, content = build(body, parts)
        return Response(content, headers={"content-type": content_type})
