"""The ways in which a workflow ends before it is done."""

from __future__ import annotations

from pydantic import JsonValue

from nfs.semantics.intent import RefusalClass


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


class Question(Exception):
    """The user must say more first."""

    def __init__(self, question: str) -> None:
        super().__init__(question)
        self.question = question
