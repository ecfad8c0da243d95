"""OCR with the real engine, on an image made here. Skipped where the engine is not installed."""

from __future__ import annotations

import base64
import io

import pytest

from nfs.agents.core_agent import CoreAgentConfig
from nfs.agents.ocr import OcrAgent, available, read_text
from nfs.common.agents.task import Task, TaskFailed, TaskRejected
from nfs.common.nf import Platform
from nfs.common.sbi.problem import SbiProblem

needs_engine = pytest.mark.skipif(not available(), reason="pip install agentnf[agents]")


def image_of(*lines: str) -> bytes:
    from PIL import Image, ImageDraw, ImageFont

    image = Image.new("RGB", (640, 60 + 70 * len(lines)), "white")
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(size=40)
    for row, line in enumerate(lines):
        draw.text((30, 30 + 70 * row), line, fill="black", font=font)
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def task(**data: object) -> Task:
    return Task.model_validate(
        {
            "taskId": "t",
            "sessionId": "s",
            "senderId": "a",
            "command": "start",
            "capability": "/capability/ocr",
            "dataItems": [{"data": data}],
        }
    )


def agent() -> OcrAgent:
    return OcrAgent(CoreAgentConfig(port=7723), Platform())


@needs_engine
def test_lines_are_read_top_to_bottom() -> None:
    lines = read_text(image_of("AGENT GATEWAY", "Total 42.50"))
    assert [text.replace(" ", "") for text, _ in lines] == ["AGENTGATEWAY", "Total42.50"]
    assert all(0.5 < confidence <= 1 for _, confidence in lines)


@needs_engine
def test_products() -> None:
    image = base64.b64encode(image_of("HELLO")).decode()
    text, facts = agent().perform(task(image=image))
    assert text.text == "HELLO"
    assert facts.data is not None
    assert facts.data["lines"] == 1


@needs_engine
def test_an_image_without_text_and_octets_that_are_no_image() -> None:
    with pytest.raises(TaskRejected, match="no text"):
        agent().perform(task(image=base64.b64encode(image_of()).decode()))
    with pytest.raises(TaskFailed, match="cannot be read"):
        agent().perform(task(image=base64.b64encode(b"no image").decode()))


@pytest.mark.parametrize("data", [{"text": "x"}, {"image": 3}, {"image": "%%%"}])
def test_input_without_an_image(data: dict[str, object]) -> None:
    with pytest.raises(TaskRejected):
        agent().perform(task(**data))


async def test_without_the_engine_the_agent_is_not_registered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("nfs.agents.ocr.available", lambda: False)
    ocr = agent()
    await ocr.start()
    with pytest.raises(SbiProblem, match="not registered"):
        _ = ocr.identity.aic
    await ocr.stop()
