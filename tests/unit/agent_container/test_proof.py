from __future__ import annotations

from itertools import pairwise

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from nfs.protocols.agent import proof_input

FIELDS = st.tuples(st.text(max_size=6), st.text(max_size=6), st.binary(max_size=6))


@given(FIELDS, FIELDS)
def test_different_registrations_have_different_inputs(
    one: tuple[str, str, bytes], other: tuple[str, str, bytes]
) -> None:
    assert (proof_input(*one) == proof_input(*other)) is (one == other)


def test_fields_cannot_be_shifted() -> None:
    shifted = [("ab", "c", b""), ("a", "bc", b""), ("a", "b", b"c"), ("", "abc", b"")]
    inputs = [proof_input(*fields) for fields in shifted]
    assert all(one != other for one, other in pairwise(inputs))


def test_any_string_has_an_input() -> None:
    assert proof_input("\ud800", "1", b"") != proof_input("?", "1", b"")


def test_proof_verifies_for_its_own_registration_only() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    der = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    algorithm = ec.ECDSA(hashes.SHA256())
    proof = key.sign(proof_input("ue.assistant", "1", der), algorithm)
    key.public_key().verify(proof, proof_input("ue.assistant", "1", der), algorithm)
    with pytest.raises(InvalidSignature):
        key.public_key().verify(proof, proof_input("ue.assistant", "2", der), algorithm)
