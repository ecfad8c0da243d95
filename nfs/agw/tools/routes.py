"""Nagw_Tool: routes of the tool repository."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Query, Response

from nfs.agw.tools.repository import TooManyHosts
from nfs.common.models.agw_tools import ToolHosting, ToolList
from nfs.common.sbi.access import current
from nfs.common.sbi.problem import SbiProblem

if TYPE_CHECKING:
    from nfs.agw.app import Agw


def add_tool_routes(agw: Agw) -> None:
    root = "/nagw-tool/v1"

    @agw.app.put(f"{root}/hosts/{{nf_instance_id}}", status_code=204, tags=["nagw-tool"])
    async def register_tools(nf_instance_id: str, hosting: ToolHosting) -> Response:
        _only_itself(nf_instance_id)
        try:
            new = agw.tools.register(nf_instance_id, hosting)
        except TooManyHosts as error:
            raise SbiProblem(403, "INSUFFICIENT_RESOURCES", str(error)) from None
        return Response(status_code=201 if new else 204)

    @agw.app.delete(f"{root}/hosts/{{nf_instance_id}}", status_code=204, tags=["nagw-tool"])
    async def deregister_tools(nf_instance_id: str) -> Response:
        _only_itself(nf_instance_id)
        if not agw.tools.deregister(nf_instance_id):
            raise SbiProblem(404, "RESOURCE_URI_STRUCTURE_NOT_FOUND", "no such host of tools")
        return Response(status_code=204)

    @agw.app.get(f"{root}/tools", tags=["nagw-tool"])
    async def find_tools(
        name: Annotated[str | None, Query(max_length=64)] = None,
        words: Annotated[str | None, Query(max_length=128)] = None,
        gives: Annotated[str | None, Query(max_length=64)] = None,
    ) -> ToolList:
        """By name, by words of purpose and description, or by a post-condition."""
        return ToolList(tools=agw.tools.find(name, words, gives))


def _only_itself(nf_instance_id: str) -> None:
    """No network function speaks for another."""
    consumer = current.get()
    if consumer is not None and consumer.instance_id != nf_instance_id:
        detail = f"a token of {consumer.instance_id} is not good for {nf_instance_id}"
        raise SbiProblem(403, "MODIFICATION_NOT_ALLOWED", detail)
