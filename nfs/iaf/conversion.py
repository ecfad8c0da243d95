"""Niaf_Analysis_Convert: an intent from one format to another, nothing carried out."""

from __future__ import annotations

from nfs.common.models.iaf import ConversionRequest, ConversionResult
from nfs.common.sbi.problem import InvalidParam, SbiProblem
from nfs.semantics.exchange import Format
from nfs.semantics.exchange.exact import NotConvertible, Obstacle
from nfs.semantics.exchange.formats import convert

_CAUSES = {
    Obstacle.MALFORMED: "MANDATORY_IE_INCORRECT",
    Obstacle.NOT_OF_THE_PROFILE: "CONTENT_NOT_OF_THE_PROFILE",
    Obstacle.NOT_EXPRESSIBLE: "INTENT_NOT_EXPRESSIBLE",
}


def convert_intent(request: ConversionRequest) -> ConversionResult:
    """The intent in the target format. Raises SbiProblem 400, which names the place."""
    source, target = Format(request.source_format), Format(request.target_format)
    try:
        document, kept = convert(
            request.document, source, target, request.kept, request.target_versions
        )
    except NotConvertible as refused:
        wrong = [InvalidParam(param=refused.path, reason=refused.text)]
        raise SbiProblem(
            400, _CAUSES[refused.obstacle], str(refused), invalid_params=wrong
        ) from None
    return ConversionResult(document=document, kept=kept)
