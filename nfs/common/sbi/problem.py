"""ProblemDetails (TS 29.571 clause 5.2.4.1, RFC 9457) and the exception that carries it."""

from __future__ import annotations

from typing import Any

from starlette.responses import JSONResponse, Response

from nfs.common.models.base import SbiModel

CONTENT_TYPE = "application/problem+json"

_TITLES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    408: "Request Timeout",
    409: "Conflict",
    413: "Content Too Large",
    415: "Unsupported Media Type",
    429: "Too Many Requests",
    500: "Internal Server Error",
    501: "Not Implemented",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}


class InvalidParam(SbiModel):
    """One attribute that was wrong: a JSON pointer or parameter name, and why."""

    param: str
    reason: str | None = None


class ProblemDetails(SbiModel):
    status: int
    title: str | None = None
    cause: str | None = None
    detail: str | None = None
    instance: str | None = None
    invalid_params: list[InvalidParam] | None = None


class SbiProblem(Exception):
    """A request that a producer refused, on either side of the interface.

    ``cause`` is the application error of the service's specification (TS 29.500 table 5.2.7.2-1
    for the common ones); ``detail`` says what was wrong and what to do, for people.
    """

    def __init__(
        self,
        status: int,
        cause: str,
        detail: str | None = None,
        *,
        invalid_params: list[InvalidParam] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(f"{status} {cause}: {detail}" if detail else f"{status} {cause}")
        self.status = status
        self.cause = cause
        self.detail = detail
        self.invalid_params = invalid_params
        self.headers = headers or {}

    @property
    def body(self) -> dict[str, Any]:
        problem = ProblemDetails(
            status=self.status,
            title=_TITLES.get(self.status),
            cause=self.cause,
            detail=self.detail,
            invalid_params=self.invalid_params,
        )
        return problem.to_json()


class SbiUnreachable(SbiProblem):
    """No producer answered: none registered, connection refused, or no answer in time."""

    def __init__(
        self,
        detail: str,
        *,
        status: int = 504,
        cause: str = "TARGET_NF_NOT_REACHABLE",
        maybe_received: bool = False,
    ) -> None:
        super().__init__(status, cause, detail)
        self.maybe_received = maybe_received
        """Whether a producer may have got the request, and begun with it."""


def problem_response(problem: SbiProblem) -> Response:
    return JSONResponse(
        problem.body, problem.status, headers=problem.headers, media_type=CONTENT_TYPE
    )
