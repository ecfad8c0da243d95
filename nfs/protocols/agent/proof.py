"""Proof that whoever registers an agent holds the private key of its public key."""

from __future__ import annotations

_PURPOSE = b"AgentNF agent registration: proof of possession, version 1"


def proof_input(template: str, instance: str, public_key: bytes) -> bytes:
    """The octets to be signed with ECDSA and SHA-256; ``public_key`` is a DER SubjectPublicKeyInfo.

    Every field stands behind its length in four octets, so no two registrations have the same
    input, and the purpose keeps a signature made for something else from passing as a proof.
    """
    # Any string has an input, so that a verifier fed with lone surrogates refuses, not fails.
    texts = (text.encode("utf-8", "surrogatepass") for text in (template, instance))
    fields = (_PURPOSE, *texts, public_key)
    return b"".join(len(field).to_bytes(4) + field for field in fields)
