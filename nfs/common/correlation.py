"""The correlation identifier of the work under way (TS 29.500 3gpp-Sbi-Correlation-Info).

It follows a task and its children, goes out with every SBI request, and marks every trace record
and log line, so that one user's procedure can be told from another's.
"""

from __future__ import annotations

from contextvars import ContextVar

HEADER = "3gpp-sbi-correlation-info"

current: ContextVar[str] = ContextVar("correlation", default="")
