"""The ways in which a workflow ends before it is done."""

from __future__ import annotations

from pydantic import JsonValue

from nfs.semantics.intent import OperatorIntent, RefusalClass


class Refusal(Exception):
    """The intent is not carried out. ``output`` has facts for the user, such as a best offer."""

    def __init__(self, cause: RefusalClass, reason: str, **output: JsonValue) -> None:
        super().__init__(f"{cause}: {reason}")
        self.cause = cause
        self.output: dict[str, JsonValue] = {"reason": reason, **output}


class Unavailable(Refusal):
    """A failure that may pass: what failed may be tried again."""

    def __init__(self, reason: str, **output: JsonValue) -> None:
        super().__init__(RefusalClass.EXECUTION, reason, **output)


class Gone(Refusal):
    """What was done for an intent is no longer there."""

    def __init__(self, reason: str) -> None:
        super().__init__(RefusalClass.EXECUTION, reason)


class NothingToRefer(Refusal):
    """The subscriber has no request that could be meant."""

    def __init__(self) -> None:
        super().__init__(RefusalClass.NOT_UNDERSTOOD, "there is no such request")


class Conflict(Refusal):
    """The intent contradicts others; ``conflicts`` are IntentConflictReports (TS 28.312). It may
    replace the subscriber's intent ``replaces``, if the answer to ``question`` is yes."""

    def __init__(
        self,
        conflicts: list[JsonValue],
        question: str | None = None,
        replaces: str | None = None,
        reason: str = "conflict with another intent",
    ) -> None:
        super().__init__(RefusalClass.INFEASIBLE, reason, conflicts=conflicts)
        self.question = question
        self.replaces = replaces


class Scheduled(Exception):
    """The intent can be carried out, and will be when it is to begin."""


class Question(Exception):
    """The user must say more first: about ``slot`` of ``intent``, by default the intent that is
    carried out; ``useless`` answers have come already."""

    def __init__(
        self,
        question: str,
        slot: str | None = None,
        intent: OperatorIntent | None = None,
        useless: int = 0,
    ) -> None:
        super().__init__(question)
        self.question = question
        self.slot = slot
        self.intent = intent
        self.useless = useless


class Declined(Exception):
    """The user answers a question by giving ``intent`` up."""

    def __init__(self, intent: OperatorIntent) -> None:
        super().__init__("given up by the user")
        self.intent = intent
