"""Nsmf_PDUSession (TS 29.502)."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from nfs.common.identities import Snssai
from nfs.common.models.base import SbiModel


class SmContextCreateData(SbiModel):
    """TS 29.502 clause 6.1.6.2.2: what this SMF needs of it."""

    supi: str = Field(pattern=r"^(imsi-[0-9]{5,15}|nai-.+|gci-.+|gli-.+)$")
    pdu_session_id: int = Field(ge=1, le=15)
    dnn: str = Field(min_length=1)
    s_nssai: dict[str, Any]
    serving_nf_id: str
    sm_context_status_uri: str
    an_type: str
    request_type: str = "INITIAL_REQUEST"

    @property
    def slice(self) -> Snssai:
        sd = self.s_nssai.get("sd")
        return Snssai(self.s_nssai["sst"], sd.lower() if sd else None)
