"""URLs that somebody else named: whatever they are, the answer is that nobody is reached."""

from __future__ import annotations

import pytest

from nfs.common.sbi.client import SbiClient
from nfs.common.sbi.problem import SbiUnreachable
from nfs.common.trace import Trace


@pytest.mark.parametrize(
    "url",
    [
        "http://[::",
        "http://" + "a" * 70 + ".example/",
        "http://a b/",
        "http://127.0.0.1:99999/",
        "http://127.0.0.1:x/",
        "http://\ud800/",
        "http:///x",
        "http://..example/",
        "ftp://127.0.0.1/",
        "",
    ],
)
async def test_a_url_that_is_none(url: str) -> None:
    client = SbiClient("AF", Trace())
    with pytest.raises(SbiUnreachable):
        await client.request("GET", url, authorize=False, timeout=2)
    await client.close()
