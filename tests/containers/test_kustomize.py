"""The Kubernetes manifests: rendered by kubectl, valid by Kubernetes' own schemas."""

from __future__ import annotations

import os
import shutil
import subprocess
import warnings
from pathlib import Path
from typing import Any

import pytest
import yaml

from nfs.testbed import load_config
from nfs.testbed.kinds import AGENTS, NFS

pytestmark = pytest.mark.slow

K8S = Path(__file__).parents[2] / "deploy" / "k8s"


def rendered(folder: str) -> list[dict[str, Any]]:
    if shutil.which("kubectl") is None:
        reason = "kubectl is not installed"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    command = ["kubectl", "kustomize", str(K8S / folder)]
    done = subprocess.run(command, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    return [document for document in yaml.safe_load_all(done.stdout) if document]


@pytest.mark.parametrize("folder", ["base", "overlays/scale"])
def test_manifests_are_valid(folder: str) -> None:
    validate = pytest.importorskip("kubernetes_validate")
    documents = rendered(folder)
    assert len(documents) > 20
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for document in documents:
            validate.validate(document, "1.31", strict=True)


def test_containers_are_confined_and_of_the_known_nfs() -> None:
    deployments = [d for d in rendered("overlays/scale") if d["kind"] == "Deployment"]
    load_config(K8S / "base" / "testbed.yaml")
    agents = set(AGENTS) - {"ocr"}
    assert {d["metadata"]["name"] for d in deployments} == set(NFS) | agents
    for deployment in deployments:
        pod = deployment["spec"]["template"]["spec"]
        assert pod["securityContext"]["runAsNonRoot"]
        (container,) = pod["containers"]
        confined = container["securityContext"]
        assert confined["readOnlyRootFilesystem"]
        assert confined["capabilities"] == {"drop": ["ALL"]}
        assert container["args"] == ["nf", deployment["metadata"]["name"]]


def test_what_scales() -> None:
    scaled = [d for d in rendered("overlays/scale") if d["kind"] == "HorizontalPodAutoscaler"]
    assert {d["spec"]["scaleTargetRef"]["name"] for d in scaled} == {"amf", "agw", "iaf"}
