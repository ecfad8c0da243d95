"""Refusals that the UE is told about too."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from nfs.common.sbi.multipart import NAS, Part, build
from nfs.common.sbi.problem import SbiProblem
from nfs.protocols.nas import SmMessage, encode

_N1_PART = "5gnas-sm"


class SmContextRefused(SbiProblem):
    """``n1_sm`` goes to the UE, with the refusal to the AMF (TS 29.502 clauses 6.1.6.2.7 and
    6.1.6.2.10: SmContextCreateError, SmContextUpdateError)."""

    def __init__(self, status: int, cause: str, detail: str, n1_sm: SmMessage) -> None:
        super().__init__(status, cause, detail)
        self.n1_sm = n1_sm

    @property
    def sm_cause(self) -> str:
        """The 5GSM cause's number, as metrics label it."""
        return str(int(getattr(self.n1_sm, "cause", 0)))


async def refusal(_request: Request, error: Exception) -> Response:
    assert isinstance(error, SmContextRefused)  # noqa: S101 - what it is registered for
    body = {"error": error.body, "n1SmMsg": {"contentId": _N1_PART}}
    content_type, content = build(body, [Part(_N1_PART, NAS, encode(error.n1_sm))])
    return Response(content, error.status, headers={"content-type": content_type})
