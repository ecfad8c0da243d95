"""Niaf_Analysis_Analyse: a text to the operator-defined intent, nothing carried out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from nfs.common.models.iaf import AnalysisRequest
from nfs.common.sbi.problem import SbiProblem
from nfs.semantics.analyser import TextError, analyse


def analyse_text(request: AnalysisRequest) -> dict[str, Any]:
    """The OperatorIntent of a text. Raises SbiProblem 400 for one that cannot be analysed."""
    try:
        now = datetime.now().astimezone()
        return analyse(request.text, request.language, now=now).to_json()
    except TextError as error:
        raise SbiProblem(400, "MANDATORY_IE_INCORRECT", str(error)) from None
