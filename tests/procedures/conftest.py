"""A core that the tests of one file share."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from nfs.testbed import Testbed


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def core() -> AsyncIterator[Testbed]:
    only = ("nrf", "ausf", "udm", "upf", "smf", "amf")
    async with Testbed(sockets=False, only=only) as testbed:
        yield testbed
