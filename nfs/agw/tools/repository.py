"""Which network function hosts which tools, as long as it says so."""

from __future__ import annotations

from nfs.common.models.agw_tools import HostedTool, ToolHosting
from nfs.common.store import Store

HOSTS = "toolHosts"
VALID_SECONDS = 90
"""A host that has not renewed its registration for so long is gone."""
MAX_HOSTS = 256


class TooManyHosts(Exception):
    """No further host can be registered."""


class ToolRepository:
    def __init__(self, store: Store) -> None:
        self._store = store

    def register(self, nf_instance_id: str, hosting: ToolHosting) -> bool:
        """Whether the host is new. Raises TooManyHosts."""
        new = self._store.get(HOSTS, nf_instance_id) is None
        if new and sum(1 for _ in self._store.scan(HOSTS)) >= MAX_HOSTS:
            raise TooManyHosts(f"there are {MAX_HOSTS} hosts of tools already")
        self._store.put(HOSTS, nf_instance_id, hosting.to_json(), ttl=VALID_SECONDS)
        return new

    def deregister(self, nf_instance_id: str) -> bool:
        """Whether it was registered."""
        return self._store.delete(HOSTS, nf_instance_id)

    def find(
        self, name: str | None = None, words: str | None = None, gives: str | None = None
    ) -> list[HostedTool]:
        """Tools by name, by words of purpose and description, by a post-condition; else all."""
        wanted = (words or "").casefold().split()
        return [
            tool
            for tool in self._all()
            if (name is None or tool.template.name == name)
            and (gives is None or gives in tool.template.post_conditions)
            and all(word in _text(tool) for word in wanted)
        ]

    def _all(self) -> list[HostedTool]:
        return [
            HostedTool(
                nf_instance_id=instance,
                nf_type=hosting.nf_type,
                api_root=hosting.api_root,
                template=template,
            )
            for instance, kept in self._store.scan(HOSTS)
            for hosting in (ToolHosting.model_validate(kept.value),)
            for template in hosting.tools
        ]


def _text(tool: HostedTool) -> str:
    template = tool.template
    return f"{template.name} {template.purpose} {template.description}".casefold()
