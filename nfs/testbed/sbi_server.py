"""The SBI of one NF on a socket: HTTP/2 and HTTP/1.1 on one port, in the clear or over TLS 1.3."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket

import structlog
from granian.constants import Interfaces, SSLProtocols
from granian.server.embed import Server

from nfs.common.nf import NetworkFunction

log = structlog.get_logger("sbi")

DRAIN_SECONDS = 2.0
START_SECONDS = 10.0
START_POLL = 0.01
ROTATION_POLL = 2.0
"""Seconds between looks whether the certificate is a new one."""


class SbiServer:
    def __init__(self, nf: NetworkFunction) -> None:
        self._nf = nf
        self._server = self._make()
        self._serving: asyncio.Task[None] | None = None
        self._rotation: asyncio.Task[None] | None = None
        self._draining: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Returns when it listens. Raises OSError when the address is taken or not of this host."""
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((self._nf.listens_at, self._nf.port))
            except OSError as error:
                where = f"the SBI of the {self._nf.nf_type} at {self._nf.authority}"
                raise OSError(error.errno, f"{where}: {os.strerror(error.errno or 0)}") from None
        self._serving = asyncio.ensure_future(self._server.serve())
        await self._listening(self._serving)
        if self._nf.tls is not None:
            self._rotation = asyncio.ensure_future(self._rotate())

    async def _listening(self, serving: asyncio.Task[None]) -> None:
        for _ in range(int(START_SECONDS / START_POLL)):
            if serving.done():
                break
            with contextlib.suppress(OSError):
                _, writer = await asyncio.open_connection(self._nf.listens_at, self._nf.port)
                writer.close()
                return
            await asyncio.sleep(START_POLL)
        raise OSError(f"the SBI of the {self._nf.nf_type} does not come up at {self._nf.authority}")

    async def stop(self) -> None:
        """What is under way has time to end; consumers may keep their connections open longer."""
        if self._rotation is not None:
            self._rotation.cancel()
        self._server.stop()  # type: ignore[no-untyped-call]
        if self._serving is not None:
            await asyncio.wait({self._serving, *self._draining}, timeout=DRAIN_SECONDS)

    def _make(self) -> Server:
        nf, tls = self._nf, self._nf.tls
        return Server(
            nf.app,
            address=nf.listens_at,
            port=nf.port,
            interface=Interfaces.ASGI,
            log_enabled=False,
            ssl_cert=tls.certificate if tls else None,
            ssl_key=tls.key if tls else None,
            ssl_ca=tls.ca if tls else None,
            ssl_client_verify=tls is not None,
            ssl_protocol_min=SSLProtocols.tls13,
        )

    async def _rotate(self) -> None:
        """A renewed certificate is taken into use by a new listener; the NF goes on."""
        assert self._nf.tls is not None  # noqa: S101 - begun with TLS only
        certificate = self._nf.tls.certificate
        known = certificate.stat().st_mtime_ns
        while True:
            await asyncio.sleep(ROTATION_POLL)
            with contextlib.suppress(FileNotFoundError):
                now = certificate.stat().st_mtime_ns
                if now != known:
                    known = now
                    await self._renew()

    async def _renew(self) -> None:
        try:
            renewed = self._make()
        except Exception:  # whatever is wrong with it, the old one serves on
            log.exception("renewed certificate not usable", nf=self._nf.nf_type)
            return
        # Both listen for a moment: no connection is refused in between.
        former, draining = self._server, self._serving
        self._server, self._serving = renewed, asyncio.ensure_future(renewed.serve())
        former.stop()  # type: ignore[no-untyped-call]
        if draining is not None:
            self._draining.add(draining)
            draining.add_done_callback(self._draining.discard)
        await self._nf.sbi.renew_credentials()
        log.info("renewed certificate in use", nf=self._nf.nf_type)
