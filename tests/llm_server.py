"""A local server that speaks the chat completions API, as vLLM, Ollama or llama.cpp do."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

Model = Callable[[dict[str, Any]], Awaitable[str | int]]
"""From the request's body to the answer's content, or to an HTTP status."""


@dataclass
class LlmServer:
    model: Model
    url: str = ""
    requests: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    @property
    def texts(self) -> list[str]:
        """What the subscribers said, as the model was given it."""
        return [json.loads(r["messages"][-1]["content"])["text"] for r in self.requests]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            fields = {
                name.strip().lower(): value.strip()
                for name, _, value in (line.partition(":") for line in head.splitlines()[1:])
            }
            body = json.loads(await reader.readexactly(int(fields["content-length"])))
            self.requests.append(body)
            self.keys.append(fields["authorization"])
            answer = await self.model(body)
            status, said = (answer, {}) if isinstance(answer, int) else (200, _completion(answer))
            content = json.dumps(said).encode()
            writer.write(
                f"HTTP/1.1 {status} X\r\ncontent-type: application/json\r\n"
                f"content-length: {len(content)}\r\nconnection: close\r\n\r\n".encode()
                + content
            )
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


def _completion(content: str) -> dict[str, Any]:
    message = {"role": "assistant", "content": content}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 0,
        "model": "test",
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 900, "completion_tokens": 100, "total_tokens": 1000},
    }


@asynccontextmanager
async def llm_server(model: Model) -> AsyncIterator[LlmServer]:
    there = LlmServer(model)
    server = await asyncio.start_server(there.serve, "127.0.0.1", 0)
    there.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    try:
        yield there
    finally:
        server.close()
        await server.wait_closed()


def answer(kind: str, *, sub_intents: list[Any] | None = None, **slots: Any) -> str:
    """An answer as a model with structured output gives it."""
    return json.dumps(
        {
            "kind": kind,
            "slots": slots,
            "ambiguity": [],
            "subIntents": sub_intents or [],
            "confidence": 0.9,
        }
    )
