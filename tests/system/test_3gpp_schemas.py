"""What our NFs send each other on 3GPP's services validates against 3GPP's own schemas.

The files are 3GPP's and are not kept here: AGENTNF_3GPP_OPENAPI names a folder with them (Release
18, named as in the forge: ``TS29510_Nnrf_NFManagement.yaml``).
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from foreign_pcf import Pcf

from nfs.common.sbi import multipart
from nfs.common.sbi.access import service_of
from nfs.common.sbi.problem import SbiProblem
from nfs.common.trace import Interface, Record
from nfs.testbed import Testbed, TestbedConfig
from ue_sim import Gnb, GnbConfig, UeConfig, UserEquipment, attach

FILES = {
    "nnrf-nfm": "TS29510_Nnrf_NFManagement.yaml",
    "nnrf-disc": "TS29510_Nnrf_NFDiscovery.yaml",
    "oauth2": "TS29510_Nnrf_AccessToken.yaml",
    "nudm-ueau": "TS29503_Nudm_UEAU.yaml",
    "nudm-sdm": "TS29503_Nudm_SDM.yaml",
    "nudm-uecm": "TS29503_Nudm_UECM.yaml",
    "nausf-auth": "TS29509_Nausf_UEAuthentication.yaml",
    "namf-comm": "TS29518_Namf_Communication.yaml",
    "namf-loc": "TS29518_Namf_Location.yaml",
    "nsmf-pdusession": "TS29502_Nsmf_PDUSession.yaml",
    "npcf-am-policy-control": "TS29507_Npcf_AMPolicyControl.yaml",
}
FOLDER = Path(os.environ.get("AGENTNF_3GPP_OPENAPI", "/nonexistent"))
pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="AGENTNF_3GPP_OPENAPI names no folder with 3GPP's OpenAPI files"
)


@cache
def load(name: str) -> Any:
    return yaml.safe_load((FOLDER / name).read_text())


@cache
def registry() -> Any:
    from referencing import Registry, Resource
    from referencing.jsonschema import DRAFT4

    def retrieve(uri: str) -> Any:
        return Resource(load(uri.rpartition("/")[2]), DRAFT4)

    return Registry(retrieve=retrieve)


def errors(schema: dict[str, Any], file: str, body: Any) -> list[str]:
    from openapi_schema_validator import OAS30Validator

    pointed = _absolute(schema, file)
    validator = OAS30Validator(pointed, registry=registry())
    return [
        f"{'/'.join(map(str, e.absolute_path))}: {e.message[:300]}"
        for e in validator.iter_errors(body)
    ]


def _absolute(schema: Any, file: str) -> Any:
    """References of an inline schema, from the file it is in."""
    if isinstance(schema, list):
        return [_absolute(item, file) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        k: (file + v if k == "$ref" and v.startswith("#") else _absolute(v, file))
        for k, v in schema.items()
    }


def operation(service: str, method: str, path: str) -> dict[str, Any] | None:
    document = load(FILES[service])
    servers = document.get("servers", [{"url": ""}])
    prefix = servers[0]["url"].removeprefix("{apiRoot}").removeprefix("{nrfApiRoot}")
    rest = path.removeprefix(prefix)
    for template, item in document["paths"].items():
        pattern = re.sub(r"\\{[^}]*\\}", "[^/]+", re.escape(template))
        if re.fullmatch(pattern, rest) and method.lower() in item:
            found: dict[str, Any] = item[method.lower()]
            return found
    return None


def json_schema(content: dict[str, Any]) -> dict[str, Any] | None:
    for media_type, described in content.items():
        if media_type.startswith("multipart/"):
            properties = described["schema"].get("properties", {})
            if "jsonData" in properties:
                data: dict[str, Any] = properties["jsonData"]
                return data
        if media_type.endswith("json") and media_type != "application/problem+json":
            schema: dict[str, Any] = described["schema"]
            return schema
    return None


def resolved(node: dict[str, Any], file: str) -> dict[str, Any]:
    if "$ref" not in node:
        return node
    name, _, pointer = node["$ref"].partition("#")
    target = load(name.rpartition("/")[2] or file)
    for step in pointer.strip("/").split("/"):
        target = target[step]
    found: dict[str, Any] = target
    return found


def body_of(octets: bytes) -> Any:
    if octets.startswith(b"--"):
        boundary = octets[2 : octets.index(b"\r\n")].decode()
        return multipart.parse(f'multipart/related; boundary="{boundary}"', octets)[0]
    return json.loads(octets)


def checks(records: list[Record]) -> Iterator[tuple[str, list[str]]]:
    """Every body of the run, with what 3GPP's schema has against it."""
    for record in records:
        if record.interface is not Interface.SBI or not record.octets:
            continue
        parts = record.name.split(" ")
        status = parts.pop(0) if parts[0].isdigit() else None
        method, path = parts
        service = service_of(path)
        if record.interface is not Interface.SBI or service not in FILES or not record.octets:
            continue
        if (service == "oauth2" and status is None) or path.endswith(("/jwks", "/agent-data")):
            continue
        found = operation(service, method, path)
        if found is None:
            yield record.name, ["3GPP has no such operation"]
            continue
        if status is None:
            described = resolved(found.get("requestBody", {}), FILES[service])
        else:
            answers = found["responses"]
            described = resolved(answers.get(status) or answers.get("default", {}), FILES[service])
        schema = json_schema(described.get("content", {}))
        if schema is None:
            yield record.name, ["3GPP has no body there"]
            continue
        yield record.name, errors(schema, FILES[service], body_of(record.octets))


async def test_a_registration_session_intent_and_deregistration() -> None:
    async with Testbed(sockets=False) as testbed:
        await Pcf(testbed).start()
        async with attach(testbed.n2) as ue:
            assert (await ue.say("where is my phone")).status == "FULFILLED"
            assert (await ue.say("I need my cloud game below 20 ms")).status == "FULFILLED"
        records = list(testbed.platform.trace)
    checked = list(checks(records))
    assert len({name.split("/")[1] for name, _ in checked}) >= 9
    wrong = {name: found for name, found in checked if found}
    assert not wrong, "\n".join(f"{name}: {found}" for name, found in wrong.items())


async def test_eap_aka_prime(tmp_path: Path) -> None:
    key = "465B5CE8B199B49FAA5F0A2EE238A6BC"
    entry = {"supi": "imsi-999700000000001", "k": key, "opc": "E8ED289DEBA952E4283B54E88E6183CA"}
    file = tmp_path / "subscribers.yaml"
    method = {"authentication_method": "EAP_AKA_PRIME"}
    file.write_text(json.dumps({"subscribers": [entry | method]}))
    config = TestbedConfig(udm={"subscribers": str(file)})
    async with Testbed(config, sockets=False) as testbed:
        gnb = Gnb(GnbConfig())
        await gnb.start(testbed.n2)
        await UserEquipment(UeConfig(), gnb).register()
        await gnb.stop()
        records = list(testbed.platform.trace)
    checked = [c for c in checks(records) if "nausf" in c[0] or "ueau" in c[0]]
    assert any("eap-session" in name for name, _ in checked)
    assert not [(name, found) for name, found in checked if found]


async def test_a_problem_is_3gpps_problem_details() -> None:
    async with Testbed(sockets=False) as testbed:
        amf = testbed.nfs["amf"]
        with pytest.raises(SbiProblem) as refused:
            await amf.call("UDM", "nudm-sdm", "GET", "/nudm-sdm/v2/imsi-1/am-data")
    schema = {"$ref": "TS29571_CommonData.yaml#/components/schemas/ProblemDetails"}
    assert errors(schema, "TS29571_CommonData.yaml", refused.value.body) == []
