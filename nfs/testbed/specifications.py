"""The OpenAPI document of every service, as served, shaped as 3GPP shapes its own (TS 29.501)."""

from __future__ import annotations

from typing import Any

import yaml

from nfs.common.nf import Platform
from nfs.common.sbi.access import service_of
from nfs.common.sbi.problem import CONTENT_TYPE, ProblemDetails
from nfs.testbed.kinds import NFS

SERVICES = {
    "nnrf-nfm": ("Nnrf_NFManagement", "TS 29.510 clause 6.1"),
    "nnrf-disc": ("Nnrf_NFDiscovery", "TS 29.510 clause 6.2"),
    "oauth2": ("Nnrf_AccessToken", "TS 29.510 clause 6.3"),
    "nudm-ueau": ("Nudm_UEAuthentication", "TS 29.503 clause 6.3"),
    "nudm-sdm": ("Nudm_SubscriberDataManagement", "TS 29.503 clause 6.1"),
    "nudm-uecm": ("Nudm_UEContextManagement", "TS 29.503 clause 6.2"),
    "nudm-tool": ("Nudm_Tool", "the testbed's own: what the UDM does for workflows"),
    "nausf-auth": ("Nausf_UEAuthentication", "TS 29.509 clause 6.1"),
    "namf-comm": ("Namf_Communication", "TS 29.518 clause 6.1"),
    "namf-evts": ("Namf_EventExposure", "TS 29.518 clause 6.2"),
    "namf-loc": ("Namf_Location", "TS 29.518 clause 6.4"),
    "namf-tool": ("Namf_Tool", "the testbed's own: what the AMF does for workflows"),
    "namf-oam": ("Namf_OAM", "the testbed's own: what an operator asks of an AMF"),
    "namf-intent": ("Namf_Intent", "the testbed's own: intents an AMF carries out, for operators"),
    "nsmf-pdusession": ("Nsmf_PDUSession", "TS 29.502 clause 6.1"),
    "nsmf-oam": ("Nsmf_OAM", "the testbed's own: what an operator asks of an SMF"),
    "nsmf-tool": ("Nsmf_Tool", "the testbed's own: tools of the SMF for workflows (K4)"),
    "nupf-oam": ("Nupf_OAM", "the testbed's own: what an operator asks of a UPF"),
    "niaf-intent": ("Niaf_Intent", "the testbed's own, after the intent of TS 28.312"),
    "niaf-analysis": ("Niaf_Analysis", "the testbed's own: what a text says, and in which format"),
    "niaf-oam": ("Niaf_OAM", "the testbed's own: what an operator asks of an IAF"),
    "nagw-registration": ("Nagw_Registration", "ARP, draft-li-dmsc-macp clause 5.1"),
    "nagw-discovery": ("Nagw_Discovery", "draft-li-dmsc-macp clause 5.3"),
    "nagw-routing": ("Nagw_Routing", "draft-li-dmsc-macp clause 5.3"),
    "nagw-access": ("Nagw_Access", "draft-han-ai-agent-impact-infra clause 3.2.1"),
    "nagw-sync": ("Nagw_Sync", "CDSP, draft-li-dmsc-macp clause 5.2"),
    "nagw-audit": ("Nagw_Audit", "the testbed's own, after ACPs-spec-AMP v02.01 clause 5.6"),
    "nagw-tool": ("Nagw_Tool", "the testbed's own, after the TRF of 3GPP S2-2602109"),
    ".well-known": ("Nagw_Catalogue", "AI Catalog 1.0, github.com/Agent-Card/ai-catalog"),
    "namc-auth": ("Namc_Authentication", "AAAP, draft-li-dmsc-macp clause 5.1"),
    "namc-credential": ("Namc_Credential", "draft-li-dmsc-macp clause 5.1"),
    "namc-identity": ("Namc_Identity", "draft-li-dmsc-inf-architecture"),
    "namc-taxonomy": ("Namc_Taxonomy", "draft-li-dmsc-inf-architecture, capability taxonomy"),
    "namc-policy": ("Namc_Policy", "the testbed's own, after ACPs-spec-AAC v02.02"),
    "namc-audit": ("Namc_Audit", "the testbed's own, after ACPs-spec-AMP v02.01 clause 5.6"),
    "tasks": ("Nagent_Task", "agent to agent, draft-li-dmsc-macp clause 5.4"),
}
"""Name of the service's file, and where it is described."""

WITHOUT_TOKEN = frozenset({"oauth2", "tasks", "nagw-access", ".well-known"})
"""What gives tokens, what agents show credentials of their own to, and what is for anybody."""

_CALLBACK = "-callback"
_ERRORS = {
    "400": "what was asked is not understood",
    "401": "no access token, or one that does not hold",
    "403": "the token is not for this, or the request is against a policy",
    "404": "there is no such resource",
    "413": "the body is too large",
    "500": "the NF failed",
    "503": "the NF cannot serve now; Retry-After says when to try again",
}


def documents() -> dict[str, str]:
    """YAML by file name, ``Nagw_Registration.yaml`` and the like."""
    platform = Platform()
    found: dict[str, str] = {}
    for make, config in NFS.values():
        served = make(config.model_validate({}), platform).app.openapi()
        services = dict.fromkeys(service_of(path) for path in served["paths"])
        for service in services:
            if not service.endswith(_CALLBACK):
                name, document = _document(service, served)
                found[f"{name}.yaml"] = yaml.dump(
                    document, Dumper=_Plain, sort_keys=False, allow_unicode=True
                )
    return found


class _Plain(yaml.SafeDumper):
    """Without anchors: what is meant is written where it is meant."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002
        return True


def _document(service: str, served: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    name, described = SERVICES[service]
    prefix, paths = _paths(service, served["paths"])
    for operations in paths.values():
        for operation in operations.values():
            _describe_errors(operation)
    schemas = dict(served.get("components", {}).get("schemas", {}))
    schemas["ProblemDetails"] = ProblemDetails.model_json_schema(
        ref_template="#/components/schemas/{model}"
    )
    schemas |= schemas["ProblemDetails"].pop("$defs", {})
    document: dict[str, Any] = {
        "openapi": served["openapi"],
        "info": {"title": name, "version": served["info"]["version"], "description": described},
        "servers": [
            {
                "url": f"{{apiRoot}}{prefix}",
                "variables": {"apiRoot": {"default": "http://127.0.0.1:7777"}},
            }
        ],
        "paths": paths,
        "components": {"schemas": _referenced(paths, schemas)},
    }
    if service not in WITHOUT_TOKEN:
        document["security"] = [{"oAuth2ClientCredentials": [service]}]
        document["components"]["securitySchemes"] = {
            "oAuth2ClientCredentials": {
                "type": "oauth2",
                "flows": {
                    "clientCredentials": {
                        "tokenUrl": "{nrfApiRoot}/oauth2/token",
                        "scopes": {service: f"Access to the {name} API"},
                    }
                },
            }
        }
    return name, document


def _paths(service: str, served: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The service's paths below its API root and version, without the latter."""
    own = {path: item for path, item in served.items() if service_of(path) == service}
    versions = {path.split("/")[2] for path in own if path.count("/") > 1}
    version = versions.pop() if len(versions) == 1 else ""
    prefix = f"/{service}/{version}" if version.startswith("v") else ""
    return prefix, {path.removeprefix(prefix): item for path, item in own.items()}


def _describe_errors(operation: dict[str, Any]) -> None:
    """What every service may answer (TS 29.500 clause 5.2.7), in place of the framework's 422."""
    responses = operation["responses"]
    responses.pop("422", None)
    problem = {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}
    for status, why in _ERRORS.items():
        responses.setdefault(status, {"description": why, "content": {CONTENT_TYPE: problem}})
    responses["default"] = {"description": "another error", "content": {CONTENT_TYPE: problem}}


def _referenced(node: Any, schemas: dict[str, Any]) -> dict[str, Any]:
    """Those of ``schemas`` that ``node`` needs, and those that these need."""
    needed: dict[str, Any] = {}

    def follow(part: Any) -> None:
        if isinstance(part, list):
            for item in part:
                follow(item)
        elif isinstance(part, dict):
            name = str(part.get("$ref", "")).rpartition("/")[2]
            if name and name not in needed:
                needed[name] = schemas[name]
                follow(schemas[name])
            for item in part.values():
                follow(item)

    follow(node)
    return {name: needed[name] for name in sorted(needed)}
