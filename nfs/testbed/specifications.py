"""The OpenAPI document of every NF, as served."""

from __future__ import annotations

import yaml

from nfs.common.nf import Platform
from nfs.testbed.testbed import NFS


def documents() -> dict[str, str]:
    """YAML by file name, ``Namf.yaml`` for the AMF."""
    platform = Platform()
    found = {}
    for name, (make, config) in NFS.items():
        schema = make(config.model_validate({}), platform).app.openapi()
        found[f"N{name}.yaml"] = yaml.safe_dump(schema, sort_keys=False, allow_unicode=True)
    return found
