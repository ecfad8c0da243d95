"""What a running testbed answers to a command; a refusal ends the command."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Coroutine
from typing import Any, TypeVar

from nfs.cli import output

T = TypeVar("T")

START = "start a testbed with `agentnf up`"


def answered(asking: Coroutine[Any, Any, T], *, as_json: bool) -> T:
    """What ``asking`` returns; an SbiProblem is told, with what to do, and ends the command."""
    from nfs.common.sbi.problem import SbiProblem, SbiUnreachable  # noqa: PLC0415

    try:
        return asyncio.run(asking)
    except SbiUnreachable as problem:
        output.fail(f"{problem.detail}: {START}", as_json=as_json, cause=problem.cause)
    except SbiProblem as problem:
        output.fail(str(problem), as_json=as_json, cause=problem.cause)


def nothing_at(n2: str, error: OSError) -> str:
    """Why N2 cannot be connected, and what to do."""
    why = os.strerror(error.errno) if error.errno else str(error)
    return f"nothing answers at {n2} ({why}): {START}"
