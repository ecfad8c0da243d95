"""Niaf_Intent (testbed): intents from the AMF to the IAF, progress and result back."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import AwareDatetime, Field, model_validator

from nfs.common.models.base import SbiModel
from nfs.common.models.device_order import DeviceOrder

MAX_TEXT = 4096

Text = Annotated[str, Field(min_length=1, max_length=MAX_TEXT)]
Language = Annotated[str, Field(min_length=2, max_length=35)]


class PduSessionInfo(SbiModel):
    """A PDU session that the UE has."""

    pdu_session_id: int = Field(ge=1, le=15)
    dnn: str
    s_nssai: dict[str, Any]


class AgentSubscription(SbiModel):
    """What the subscription allows: capability identifiers, other devices (name to SUPI), and the
    class that its intents' priority is by."""

    scope: list[str] = Field(default_factory=list, max_length=64)
    devices: dict[str, str] = Field(default_factory=dict, max_length=64)
    intent_class: str = Field(default="standard", max_length=32)


class IntentSubmission(SbiModel):
    """An intent as text, as an operator-defined intent (its JSON form), or both."""

    supi: str = Field(min_length=1, max_length=64)
    ue_aic: str | None = None
    text: Text | None = None
    intent: dict[str, Any] | None = None
    language: Language | None = None
    pdu_sessions: list[PduSessionInfo] = Field(default_factory=list, max_length=15)
    subscription: AgentSubscription
    notification_uri: str = Field(pattern=r"^https?://", max_length=2048)

    @model_validator(mode="after")
    def _something_to_do(self) -> Self:
        if self.text is None and self.intent is None:
            raise ValueError("an intent request carries text, intent, or both")
        return self


class IntentCreated(SbiModel):
    intent_id: str
    status: str


class IntentProgress(SbiModel):
    """``order`` is for the OS agent of the UE."""

    percent: int = Field(ge=0, le=100)
    text: str
    order: DeviceOrder | None = None


class IntentNotification(SbiModel):
    """To the notificationUri: either progress or, once and last, the OperatorResult.

    How the intent stands later (DEGRADED, EXPIRED ...) is reported to the AMF that serves the UE
    by then, at ``/namf-callback/v1/ue-contexts/{supi}/intent-reports``.
    """

    intent_id: str
    progress: IntentProgress | None = None
    result: dict[str, Any] | None = None


class IntentInfo(SbiModel):
    """How an intent stands; ``intent`` and ``result`` are an OperatorIntent and -Result.

    ``undoCalls`` names the tools that will take back what is in effect, in the order of the
    changes; at ``expiresAt``, when the intent is cancelled, or when it has failed.
    """

    intent_id: str
    supi: str
    status: str
    created_at: AwareDatetime
    expires_at: AwareDatetime | None = None
    text: str | None = None
    intent: dict[str, Any] | None = None
    result: dict[str, Any] | None = None
    undo_calls: list[str] = Field(default_factory=list)


class IntentList(SbiModel):
    """The newest first."""

    intents: list[IntentInfo]


class AnalysisRequest(SbiModel):
    text: Text
    language: Language | None = None


IntentFormat = Literal["operator", "ts28312", "tmf921", "camara"]
"""OperatorIntent; Intent of TS 28.312; Intent resource of TMF921 v5; request of a CAMARA API."""


class ConversionRequest(SbiModel):
    """An intent to be written in another format; ``kept`` is what is to be put back into it.

    ``targetVersions`` are the versions of the profile that the reader of an operator-defined intent
    knows; by default it is this IAF's own.
    """

    source_format: IntentFormat = "operator"
    target_format: IntentFormat = "operator"
    target_versions: list[str] = Field(default_factory=list, max_length=16)
    document: dict[str, Any]
    kept: dict[str, Any] = Field(default_factory=dict)


class ConversionResult(SbiModel):
    """``kept`` has what the target format has no place for: where to report, and how often."""

    document: dict[str, Any]
    kept: dict[str, Any]
