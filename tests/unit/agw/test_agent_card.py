"""A2A 1.0 Agent Cards: bounded reading, signatures, and the way to an ACS and back."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from nfs.agw.acs import Acs
from nfs.agw.agent_cards.card import MAX_CARD, read_card
from nfs.agw.agent_cards.mapping import (
    AIC_EXTENSION,
    TASK_BINDING,
    capabilities_of,
    card_of,
    task_end_point,
    with_card,
)
from nfs.agw.agent_cards.signature import is_signed_by, signed_octets, with_signature
from nfs.common.sbi.problem import SbiProblem
from nfs.common.signing import SigningKeys, base64url, p256_key, public_keys
from nfs.common.store import SqliteStore

TRANSLATION, OCR = "/capability/translation", "/capability/ocr"
AIC = "1.2.156.3088.1.1.ACME.1.1.0ABC"

Card = dict[str, Any]


def card() -> Card:
    """After the sample of A2A clause 8.5."""
    return {
        "name": "Babel",
        "description": "Translates documents and reads text in pictures. It does not transcribe.",
        "supportedInterfaces": [
            {
                "url": "https://babel.example.com/a2a/v1",
                "protocolBinding": "JSONRPC",
                "protocolVersion": "1.0",
                "tenant": "",
            },
            {
                "url": "babel.example.com:443",
                "protocolBinding": "GRPC",
                "protocolVersion": "1.0",
                "x-region": "eu",
            },
        ],
        "provider": {"organization": "Babel Inc.", "url": "https://www.example.com"},
        "version": "1.2",
        "iconUrl": "https://babel.example.com/icon.png",
        "capabilities": {
            "streaming": True,
            "pushNotifications": False,
            "extensions": [{"uri": "https://example.com/ext/v1", "required": False}],
        },
        "securitySchemes": {
            "google": {
                "openIdConnectSecurityScheme": {"openIdConnectUrl": "https://example.com/oidc"}
            },
            "key": {"apiKeySecurityScheme": {"location": "header", "name": "X-Key"}},
        },
        "securityRequirements": [{"schemes": {"google": {"list": ["openid"]}, "key": {}}}],
        "defaultInputModes": ["text/plain"],
        "defaultOutputModes": ["text/plain"],
        "skills": [
            {
                "id": "doc-translation",
                "name": "Document translation",
                "description": "From any language to any other.",
                "tags": ["translation", "documents"],
                "examples": ["Translate this contract."],
                "x-price": {"perPage": 0.5},
            },
            {
                "id": "ocr",
                "name": "Reader",
                "description": "Reads text in pictures.",
                "tags": ["pictures", "text-recognition"],
                "inputModes": ["image/png"],
                "outputModes": [],
            },
        ],
        "x-house": {"motto": "every tongue"},
    }


@pytest.fixture(scope="module")
def keys() -> SigningKeys:
    return SigningKeys(SqliteStore(), "agent-cards")


def public(keys: SigningKeys) -> ec.EllipticCurvePublicKey:
    return public_keys(keys.jwks)[keys.kid]


def signed(keys: SigningKeys, document: Card) -> Card:
    return with_signature(document, keys, "https://babel.example.com/keys")


def holds(keys: SigningKeys, document: Card) -> bool:
    return is_signed_by(document, read_card(document), public(keys))


def test_the_example_of_the_specification() -> None:
    """A2A clause 8.4.1."""
    fragment = {
        "name": "Example Agent",
        "description": "",
        "capabilities": {"streaming": False, "pushNotifications": False, "extensions": []},
        "skills": [],
    }
    assert signed_octets(fragment) == (
        b'{"capabilities":{"pushNotifications":false,"streaming":false},'
        b'"description":"","name":"Example Agent","skills":[]}'
    )


def test_members_that_have_their_default_are_not_signed() -> None:
    form = json.loads(signed_octets(card() | {"provider": None, "signatures": []}))
    assert "provider" not in form
    assert "signatures" not in form
    assert "tenant" not in form["supportedInterfaces"][0]
    assert form["capabilities"]["pushNotifications"] is False
    assert form["capabilities"]["extensions"] == [{"uri": "https://example.com/ext/v1"}]
    assert "outputModes" not in form["skills"][1]
    assert form["skills"][0]["x-price"] == {"perPage": 0.5}
    assert form["x-house"] == {"motto": "every tongue"}


def test_a_signature_outlives_the_order_of_members(keys: SigningKeys) -> None:
    document = signed(keys, card())
    assert holds(keys, document)
    assert holds(keys, dict(reversed(document.items())))
    del document["supportedInterfaces"][0]["tenant"]
    assert holds(keys, document)


def changed(document: Card) -> None:
    document["name"] = "Mallory"


def changed_inside(document: Card) -> None:
    document["skills"][0]["x-price"]["perPage"] = 0


def one_more_member(document: Card) -> None:
    document["x-more"] = 1


def unsigned(document: Card) -> None:
    del document["signatures"]


def another_signature(document: Card) -> None:
    stranger = SigningKeys(SqliteStore(), "agent-cards")
    document["signatures"] = signed(stranger, card())["signatures"]


def header_of(**header: Any) -> Callable[[Card], None]:
    """The same signature under another protected header."""
    text = base64url(json.dumps(header).encode())
    return lambda document: document["signatures"][0].update(protected=text)


def header(text: str) -> Callable[[Card], None]:
    return lambda document: document["signatures"][0].update(protected=text)


def signature(text: str) -> Callable[[Card], None]:
    return lambda document: document["signatures"][0].update(signature=text)


@pytest.mark.parametrize(
    "spoil",
    [
        changed,
        changed_inside,
        one_more_member,
        unsigned,
        another_signature,
        header_of(alg="none"),
        header_of(alg="HS256"),
        header_of(alg="ES256", crit=["b64"], b64=False),
        header_of(alg="ES256"),
        header(""),
        header("%%%"),
        header("WzFd"),
        header(base64url(b"[" * 3000)),
        signature(""),
        signature("AAAA"),
        signature("=" * 86),
    ],
)
def test_a_signature_that_does_not_hold(keys: SigningKeys, spoil: Callable[[Card], None]) -> None:
    document = signed(keys, copy.deepcopy(card()))
    spoil(document)
    assert not holds(keys, document)


def test_one_good_signature_of_several_is_enough(keys: SigningKeys) -> None:
    """A2A clause 8.4.3: several are there while keys are changed."""
    document = signed(keys, card())
    stranger = signed(SigningKeys(SqliteStore(), "agent-cards"), card())
    document["signatures"] = stranger["signatures"] + document["signatures"]
    assert holds(keys, document)


def nested(depth: int) -> Any:
    return [nested(depth - 1)] if depth else 0


@pytest.mark.parametrize(
    "change",
    [
        *({name: None} for name in ("name", "description", "version", "capabilities", "skills")),
        {"supportedInterfaces": None},
        {"supportedInterfaces": [{"url": "https://x"}]},
        {"supportedInterfaces": [card()["supportedInterfaces"][0]] * 17},
        {"name": ""},
        {"name": "x" * 129},
        {"name": 5},
        {"description": "x" * 2049},
        {"skills": [card()["skills"][0]] * 65},
        {"skills": [{"id": "ocr"}]},
        {"skills": "ocr"},
        {"skills": [card()["skills"][0] | {"tags": ["x"] * 33}]},
        {"capabilities": {"extensions": [{}] * 17}},
        {"signatures": [{"protected": "x", "signature": "y"}] * 9},
        {"signatures": [{"protected": "x" * 4097, "signature": "y"}]},
        {"securitySchemes": {str(n): {} for n in range(17)}},
        {"securitySchemes": {"x": "y"}},
        {"iconUrl": "javascript:alert(1)"},
        {"documentationUrl": "https://a b"},
        {"provider": {"organization": "x", "url": "file:///etc/passwd"}},
        {"securityRequirements": [{"schemes": {"x": {"list": 5}}}]},
        {"securityRequirements": [{"schemes": {"x": {"list": ["x"] * 65}}}]},
        {"x-large": "x" * MAX_CARD},
        {"x-deep": nested(80)},
        {"x-number": 2**60},
        {"x-text": "\ud800"},
    ],
)
def test_what_is_no_card(change: Card) -> None:
    with pytest.raises(SbiProblem) as caught:
        read_card(card() | change)
    assert (caught.value.status, caught.value.cause) == (400, "INVALID_AGENT_CARD")


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths to everything inside."""
    if not isinstance(value, dict | list):
        return [path]
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    return [path, *(p for key, item in inner for p in places(item, (*path, key)))]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


@settings(max_examples=300)
@given(st.sampled_from(places(card())[1:]), JSON)
def test_any_value_anywhere_is_refused_or_taken_whole(path: tuple[Any, ...], value: Any) -> None:
    """What is read as a card has an ACS, and a card again."""
    document = copy.deepcopy(card())
    around: Any = document
    for key in path[:-1]:
        around = around[key]
    around[path[-1]] = value
    refused = None
    try:
        read = read_card(document)
        capabilities_of(read)
    except SbiProblem as problem:
        refused = problem.status, problem.cause
    if refused is not None:
        assert refused == (400, "INVALID_AGENT_CARD")
        return
    acs = registered()
    exported = card_of(with_card(acs, read, [TRANSLATION, OCR]))
    assert read_card(exported).name == acs.name


def test_skills_name_capabilities_of_the_taxonomy() -> None:
    """B9."""
    assert capabilities_of(read_card(card())) == [TRANSLATION, OCR]
    document = card()
    document["skills"][0]["tags"] = ["documents"]
    document["skills"][0]["name"] = "Translation"
    assert capabilities_of(read_card(document)) == [TRANSLATION, OCR]
    document["skills"][0]["name"] = "World domination"
    with pytest.raises(SbiProblem, match="400 INVALID_AGENT_CARD"):
        capabilities_of(read_card(document))


def test_only_an_agent_that_speaks_our_protocol_is_invoked_by_ours() -> None:
    document = card()
    assert task_end_point(read_card(document)) is None
    ours = {"url": "https://b/", "protocolBinding": TASK_BINDING, "protocolVersion": "1.0"}
    document["supportedInterfaces"].append(ours)
    assert task_end_point(read_card(document)) == "https://b/"


def registered() -> Acs:
    """What a gateway writes of an agent that it knows little of."""
    return Acs(
        aic=AIC,
        active=True,
        last_modified_time=datetime.now(UTC),
        protocol_version="02.01",
        name="Babel",
        description=card()["description"],
        version="1.0.0",
        provider={"organization": "ACME", "url": "https://acme.example", "email": "a@acme.example"},
        security_schemes={"mtls": {"type": "mutualTLS"}},
        end_points=[],
        capabilities={},
        default_input_modes=["text/plain"],
        default_output_modes=["text/plain"],
        skills=[],
        entity_user_id="0f1e2d",
        entity_meta={"capabilityIds": [TRANSLATION, OCR], "area": "north"},
    )


def test_the_acs_says_what_the_card_says() -> None:
    acs = with_card(registered(), read_card(card()), [TRANSLATION, OCR])
    assert [(e.url, e.transport) for e in acs.end_points] == [
        ("https://babel.example.com/a2a/v1", "JSONRPC")
    ]
    assert acs.end_points[0].security == [{"google": ["openid"], "key": []}]
    assert acs.security_schemes["google"] == {
        "type": "openIdConnect",
        "openIdConnectUrl": "https://example.com/oidc",
    }
    assert acs.security_schemes["key"] == {"type": "apiKey", "in": "header", "name": "X-Key"}
    assert acs.capabilities.streaming
    assert [skill.id for skill in acs.skills] == ["doc-translation", "ocr"]
    assert acs.skills[0].tags == [TRANSLATION, "translation", "documents"]
    assert acs.version == "1.0.0", "1.2 is none that an ACS has"
    assert acs.provider["organization"] == "ACME", "what the AMC knows, not what the card says"
    assert Acs.model_validate(acs.to_json()) == acs


def test_an_acs_has_no_skill_that_was_not_granted() -> None:
    """D3."""
    document = card()
    document["skills"][0]["tags"].append("ocr")
    acs = with_card(registered(), read_card(document), [TRANSLATION])
    (skill,) = acs.skills
    assert skill.tags == [TRANSLATION, "translation", "documents"]
    assert OCR not in json.dumps([s.to_json() for s in acs.skills])


def test_a_card_comes_out_as_it_went_in() -> None:
    """Unknown members too; the gateway adds the AIC, and the granted capabilities as tags."""
    acs = with_card(registered(), read_card(card()), [TRANSLATION, OCR])
    exported = card_of(acs)
    (identity,) = [e for e in exported["capabilities"]["extensions"] if e["uri"] == AIC_EXTENSION]
    assert identity["params"] == {"aic": AIC, "capabilityIds": [TRANSLATION, OCR]}
    exported["capabilities"]["extensions"].remove(identity)
    for skill in exported["skills"]:
        skill["tags"] = [tag for tag in skill["tags"] if not tag.startswith("/capability/")]
    assert signed_octets(exported) == signed_octets(card())


def test_an_aic_that_a_card_claims_is_not_believed() -> None:
    document = card()
    forged = {"uri": AIC_EXTENSION, "params": {"aic": "1.2.156.3088.1.1.CORE.1.1.0000"}}
    document["capabilities"]["extensions"].append(forged)
    exported = card_of(with_card(registered(), read_card(document), [TRANSLATION, OCR]))
    identities = [e for e in exported["capabilities"]["extensions"] if e["uri"] == AIC_EXTENSION]
    assert [e["params"]["aic"] for e in identities] == [AIC]


def test_the_card_of_an_agent_of_ours(keys: SigningKeys) -> None:
    exported = card_of(registered())
    assert holds(keys, signed(keys, exported))
    assert json.loads(signed_octets(exported)) == exported, "what is written has no defaults"
    assert exported["provider"] == {"organization": "ACME", "url": "https://acme.example"}
    assert exported["securitySchemes"] == {"mtls": {"mtlsSecurityScheme": {}}}
    for hidden in ("0f1e2d", "north", "a@acme.example"):
        assert hidden not in json.dumps(exported)


def test_where_an_agent_of_ours_is_reached() -> None:
    place = {"url": "http://a/", "transport": "HTTP_JSON", "security": [{"accessToken": []}]}
    bearer = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
    members = {"endPoints": [place], "securitySchemes": {"accessToken": bearer}}
    exported = card_of(Acs.model_validate(registered().to_json() | members))
    assert exported["supportedInterfaces"] == [
        {"url": "http://a/", "protocolBinding": TASK_BINDING, "protocolVersion": "1.0"}
    ]
    assert exported["securityRequirements"] == [{"schemes": {"accessToken": {}}}]
    assert exported["securitySchemes"] == {
        "accessToken": {"httpAuthSecurityScheme": {"scheme": "bearer", "bearerFormat": "JWT"}}
    }
    assert json.loads(signed_octets(exported)) == exported


@pytest.mark.parametrize("der", [b"", b"x" * 91, b"\x30\x03\x02\x01\x01"])
def test_what_is_no_public_key(der: bytes) -> None:
    with pytest.raises(ValueError):
        p256_key(der)


def test_keys_of_another_kind() -> None:
    for private in (ec.generate_private_key(ec.SECP384R1()), generate_private_key(65537, 2048)):
        der = private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        with pytest.raises(ValueError, match="P-256"):
            p256_key(der)
