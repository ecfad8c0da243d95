"""The base of every SBI body: camelCase on the wire, unknown attributes ignored (TS 29.501)."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class SbiModel(BaseModel):
    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, extra="ignore", frozen=True
    )

    def to_json(self) -> dict[str, Any]:
        """The body as it goes on the wire: attributes that are absent are left out."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)
