"""Agents that ask the gateway something themselves, with the credential that the AMC gave them."""

from __future__ import annotations

from nfs.agw.directory import Agent, Directory
from nfs.common.agents.credentials import TokenVerifier, invalid_credential
from nfs.common.models.agw import AgentState
from nfs.common.sbi.problem import SbiProblem


class Requesters:
    def __init__(self, directory: Directory, tokens: TokenVerifier) -> None:
        self._directory = directory
        self._tokens = tokens

    async def registered(self, token: str) -> Agent:
        """The agent that shows ``token``: registered here and not suspended (C1).

        Raises SbiProblem 401 CREDENTIAL_INVALID.
        """
        credential = await self._tokens.credential(token)
        agent = self._directory.get(credential.aic)
        if agent is None or agent.state is not AgentState.REGISTERED:
            raise invalid_credential()
        return agent

    async def itself(self, token: str, aic: str) -> Agent:
        """The agent ``aic``, when it is the one that shows ``token``; it may be suspended.

        Raises SbiProblem: 400 INVALID_AIC, 401 CREDENTIAL_INVALID, 403 NOT_THE_AGENT, 404
        AGENT_NOT_FOUND.
        """
        credential = await self._tokens.credential(token)
        agent = self._directory.find(aic)
        if agent.aic != credential.aic:
            raise SbiProblem(403, "NOT_THE_AGENT", "the credential is another agent's")
        return agent
