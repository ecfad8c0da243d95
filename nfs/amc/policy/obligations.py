"""What the AMC can do when a permission asks for it. An obligation it does not know is unmet."""

from __future__ import annotations

from collections.abc import Iterable

from nfs.common.models.policy import Obligation

MAX_TOKEN_SECONDS = "max-token-seconds"  # noqa: S105 - no secret
KNOWN = frozenset({MAX_TOKEN_SECONDS})


def token_seconds(obligations: Iterable[Obligation], usual: int) -> int:
    """How long an access token may live."""
    limits = (o.seconds for o in obligations if o.name == MAX_TOKEN_SECONDS)
    return min([usual, *(seconds for seconds in limits if seconds is not None)])
