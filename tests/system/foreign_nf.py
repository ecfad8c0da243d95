"""An NF of a foreign make: it follows TS 29.510 and uses nothing of this project.

    foreign_nf.py NRF_URL

registers, heart-beats, gets a token, discovers the AUSF, subscribes to its status, and prints what
it was answered and notified of as one JSON document.
"""

import asyncio
import json
import socket
import sys
import uuid

import httpx
from granian.constants import Interfaces
from granian.server.embed import Server

told = asyncio.Queue()


async def callback(scope, receive, send):
    if scope["type"] != "http":
        return
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    await told.put({"path": scope["path"], "body": json.loads(body)})
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})


async def main(nrf):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = Server(callback, "127.0.0.1", port, interface=Interfaces.ASGI, log_enabled=False)
    serving = asyncio.ensure_future(server.serve())
    seen = {}
    me, other = str(uuid.uuid4()), str(uuid.uuid4())
    async with httpx.AsyncClient(http1=False, http2=True, base_url=nrf) as http:

        async def token(target, scope):
            form = {
                "grant_type": "client_credentials",
                "nfInstanceId": me,
                "nfType": "PCF",
                "targetNfType": target,
                "scope": scope,
            }
            answer = await http.post("/oauth2/token", data=form)
            seen.setdefault("tokens", []).append(answer.status_code)
            return {"authorization": "Bearer " + answer.json()["access_token"]}

        profile = {
            "nfInstanceId": me,
            "nfType": "PCF",
            "nfStatus": "REGISTERED",
            "ipv4Addresses": ["127.0.0.1"],
            "plmnList": [{"mcc": "999", "mnc": "70"}],
            "nfServiceList": {
                "1": {
                    "serviceInstanceId": "1",
                    "serviceName": "npcf-am-policy-control",
                    "versions": [{"apiVersionInUri": "v1", "apiFullVersion": "1.0.0"}],
                    "scheme": "http",
                    "nfServiceStatus": "REGISTERED",
                }
            },
        }
        put = await http.put(f"/nnrf-nfm/v1/nf-instances/{me}", json=profile)
        seen["registered"] = [put.status_code, put.json()["heartBeatTimer"]]
        management = await token("NRF", "nnrf-nfm")
        beat = [
            {"op": "replace", "path": "/nfStatus", "value": "REGISTERED"},
            {"op": "replace", "path": "/load", "value": 0},
        ]
        patched = await http.patch(
            f"/nnrf-nfm/v1/nf-instances/{me}",
            content=json.dumps(beat),
            headers=management | {"content-type": "application/json-patch+json"},
        )
        seen["heartbeat"] = patched.status_code
        query = {"target-nf-type": "AUSF", "requester-nf-type": "PCF"}
        without = await http.get("/nnrf-disc/v1/nf-instances", params=query)
        seen["withoutToken"] = [without.status_code, without.headers["www-authenticate"]]
        discovery = await token("NRF", "nnrf-disc")
        found = await http.get("/nnrf-disc/v1/nf-instances", params=query, headers=discovery)
        seen["discovered"] = [p["nfType"] for p in found.json()["nfInstances"]]
        subscribed = await http.post(
            "/nnrf-nfm/v1/subscriptions",
            json={
                "nfStatusNotificationUri": f"http://127.0.0.1:{port}/nf-status",
                "subscrCond": {"nfType": "CHF"},
            },
            headers=management,
        )
        seen["subscribed"] = subscribed.status_code
        chf = profile | {"nfInstanceId": other, "nfType": "CHF"}
        await http.put(f"/nnrf-nfm/v1/nf-instances/{other}", json=chf)
        notification = await asyncio.wait_for(told.get(), 30)
        seen["notified"] = [notification["path"], notification["body"]["event"]]
        gone = await http.delete(f"/nnrf-nfm/v1/nf-instances/{me}", headers=management)
        seen["deregistered"] = gone.status_code
    print(json.dumps(seen))
    server.stop()
    await asyncio.wait({serving}, timeout=2)


asyncio.run(main(sys.argv[1]))
