"""Grammar and classifier together: which kind a text is of, and how sure that is.

The grammar knows why it reads a text as it does, the classifier has seen what people say. Both
count; where the grammar reads nothing, the classifier decides.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from nfs.semantics.analyser.readings import Reading
from nfs.semantics.vocabulary import Kind

_READ = 2.0
"""Log-odds that the surest reading of the grammar adds to its kind."""
_UNREAD = 1.0
"""Log-odds for NONE when the grammar reads nothing."""
_UNSEEN = 1e-2
_SHARPER = 1.3
"""Of labelled texts, more are right than the odds alone would have it."""
_MOST_CONFIDENT = 0.99


def verdict(reading: Reading, likely: Mapping[Kind, float]) -> Reading:
    """``reading`` as the kind that grammar and classifier (``likely``) agree on best."""
    if not likely:
        return reading
    odds = {kind: math.log(share + _UNSEEN) for kind, share in likely.items()}
    known = _READ * reading.confidence if reading.score else _UNREAD
    odds[reading.kind] = odds.get(reading.kind, math.log(_UNSEEN)) + known
    best = max(odds, key=odds.__getitem__)
    confidence = 1 / sum(math.exp(_SHARPER * (each - odds[best])) for each in odds.values())
    return reading.as_kind(best, min(round(confidence, 3), _MOST_CONFIDENT))
