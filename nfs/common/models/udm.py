"""Nudm_UEAuthentication and Nudm_UEContextManagement (TS 29.503)."""

from __future__ import annotations

from typing import Any

from pydantic import ConfigDict, Field
from pydantic.alias_generators import to_camel

from nfs.common.models.base import SbiModel


class ResynchronizationInfo(SbiModel):
    """TS 29.503 clause 6.3.6.2.6: RAND of the refused challenge and the USIM's AUTS, in hex."""

    rand: str = Field(pattern=r"^[0-9A-Fa-f]{32}$")
    auts: str = Field(pattern=r"^[0-9A-Fa-f]{28}$")


class AuthenticationInfoRequest(SbiModel):
    serving_network_name: str
    ausf_instance_id: str | None = None
    resynchronization_info: ResynchronizationInfo | None = None


class Amf3GppAccessRegistration(SbiModel):
    """TS 29.503 clause 6.2.6.2.2; attributes this testbed does not use are kept as they came."""

    model_config = ConfigDict(extra="allow", alias_generator=to_camel)

    amf_instance_id: str = Field(min_length=1)
    dereg_callback_uri: str = Field(pattern=r"^https?://")
    guami: dict[str, Any]
    rat_type: str


class SmfRegistration(SbiModel):
    """TS 29.503 clause 6.2.6.2.4; attributes this testbed does not use are kept as they came."""

    model_config = ConfigDict(extra="allow", alias_generator=to_camel)

    smf_instance_id: str = Field(min_length=1)
    pdu_session_id: int = Field(ge=0, le=255)
    single_nssai: dict[str, Any]
    dnn: str | None = None
    plmn_id: dict[str, str]
