"""The chain of a forwarded query: limits, loops and signatures (ADP v02.01 clause 4, H11).

No I/O. The numbers are those of ADP's error table; over HTTP they are 508 (RFC 5842 clause 7.2).
"""

from __future__ import annotations

from typing import Any

from nfs.common.models.agw_forwarding import ForwardedQuery
from nfs.common.sbi.problem import SbiProblem

LOOP_DETECTED = 508


def loop(number: int, cause: str, detail: str) -> SbiProblem:
    return SbiProblem(LOOP_DETECTED, cause, f"{number}: {detail}")


def check_chain(forwarded: ForwardedQuery, own: str, peer: str | None) -> None:
    """Whether ``own`` may take the query from ``peer`` (None: it could not be told who asks).

    Raises SbiProblem 400 INVALID_CHAIN; 403 NOT_TRUSTED; 508: LOOP_DETECTED (50801),
    DEPTH_REACHED (50802), CHAIN_MISMATCH (50803), CHAIN_SIGNATURE_INVALID (50805).
    """
    chain = forwarded.forward_chain
    if not chain or len(set(chain)) < len(chain):
        raise SbiProblem(400, "INVALID_CHAIN", "40003: the forward chain is empty or has a loop")
    if own in chain:
        raise loop(50801, "LOOP_DETECTED", "the query was here before")
    if len(chain) > forwarded.forward_depth_limit:
        raise loop(50802, "DEPTH_REACHED", f"the chain has {len(chain)} gateways")
    if peer is not None and chain[-1] != peer:
        raise loop(50803, "CHAIN_MISMATCH", "the chain does not end with the gateway that asks")
    if own not in forwarded.forward_trusted_servers:
        raise SbiProblem(403, "NOT_TRUSTED", "the entry gateway does not trust this one")
    if len(forwarded.forward_signatures) != len(chain):
        raise loop(50805, "CHAIN_SIGNATURE_INVALID", "the chain is not signed by all of it")


def signed_part(forwarded: ForwardedQuery, hop: int) -> dict[str, Any]:
    """What the gateway number ``hop`` of the chain signs when it sends the query on."""
    return {
        "requestId": forwarded.request_id,
        "query": forwarded.query.to_json(),
        "forwardChain": forwarded.forward_chain[: hop + 1],
        "forwardTrustedServers": forwarded.forward_trusted_servers,
        "forwardDepthLimit": forwarded.forward_depth_limit,
    }


def check_can_go_on(forwarded: ForwardedQuery, hops: int) -> int:
    """So many of ``hops`` next gateways may be asked.

    Raises SbiProblem 508: DEPTH_REACHED (50802), FANOUT_EXCEEDED (50804).
    """
    if len(forwarded.forward_chain) >= forwarded.forward_depth_limit:
        raise loop(50802, "DEPTH_REACHED", "the capability may be further away than allowed")
    required = min(hops, forwarded.forward_fanout_limit)
    available = forwarded.forward_fanout_remaining
    if available < 1:
        detail = f"availableBudget {available}, requiredBranches {required}"
        raise loop(50804, "FANOUT_EXCEEDED", detail)
    return min(required, available)
