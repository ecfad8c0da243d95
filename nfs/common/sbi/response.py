"""What a producer answers, as its consumer reads it."""

from __future__ import annotations

import json as jsonlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from nfs.common.sbi import multipart
from nfs.common.sbi.problem import SbiProblem

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class SbiResponse:
    """An answer that cannot be read is the producer's fault: SbiProblem 502."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    def json(self) -> Any:
        try:
            return jsonlib.loads(self.content)
        except (ValueError, RecursionError) as error:
            raise _unreadable(f"the answer is not JSON: {error}") from None

    def model(self, model: type[M]) -> M:
        try:
            return model.model_validate(self.json())
        except ValidationError as error:
            detail = f"the answer is not a {model.__name__}: {error.errors()[0]}"
            raise _unreadable(detail) from None

    def parts(self) -> tuple[dict[str, Any], dict[str, multipart.Part]]:
        """The JSON object, and the binary parts by content id; no body is an empty object."""
        content_type = self.headers.get("content-type", "")
        if content_type.lower().startswith("multipart/"):
            try:
                return multipart.parse(content_type, self.content)
            except SbiProblem as problem:
                raise _unreadable(str(problem)) from None
        body = self.json() if self.content else {}
        if not isinstance(body, dict):
            raise _unreadable("the answer is not a JSON object")
        return body, {}


class SbiRefusal(SbiProblem):
    """An answer that is not 2xx; of some services it holds more than the problem."""

    def __init__(self, response: SbiResponse, cause: str, detail: str) -> None:
        super().__init__(response.status, cause, detail)
        self.response = response


def refusal(response: SbiResponse, peer: str) -> SbiRefusal:
    cause, detail = "UNSPECIFIED_MSG_FAILURE", f"refused by the {peer}"
    try:
        problem = response.parts()[0]
    except SbiProblem:
        return SbiRefusal(response, cause, detail)
    if isinstance(problem.get("error"), dict):  # as SmContextCreateError has it
        problem = problem["error"]
    # The NRF refuses a token as RFC 6749 has it: error and error_description.
    cause = problem.get("cause") or str(problem.get("error", "")).upper() or cause
    told = problem.get("detail") or problem.get("error_description") or problem.get("title")
    return SbiRefusal(response, str(cause), str(told or detail))


def _unreadable(detail: str) -> SbiProblem:
    return SbiProblem(502, "INVALID_MSG_FORMAT", detail)
