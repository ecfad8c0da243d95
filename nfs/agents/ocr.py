"""The OCR agent: ``/capability/ocr`` with RapidOCR, an optional part of the package."""

from __future__ import annotations

import base64
import binascii
import importlib
import importlib.util
import threading
from functools import cache
from typing import TYPE_CHECKING

import structlog

from nfs.agents.core_agent import IN_THE_NETWORK, CoreAgent
from nfs.common.agents.identity import AgentDescription
from nfs.common.agents.task import DataItem, Task, TaskFailed, TaskRejected

if TYPE_CHECKING:
    from rapidocr_onnxruntime import RapidOCR

log = structlog.get_logger("agent")

_engine_lock = threading.Lock()


@cache
def available() -> bool:
    """Whether the OCR engine can be used: installed, and with the libraries of the system that its
    image decoder needs (libGL). Its models take seconds to load: not yet."""
    if importlib.util.find_spec("rapidocr_onnxruntime") is None:
        return False
    try:
        importlib.import_module("cv2")
    except ImportError as error:
        log.warning("OCR engine not usable", reason=str(error))
        return False
    return True


@cache
def _engine() -> RapidOCR:
    from rapidocr_onnxruntime import RapidOCR  # noqa: PLC0415 - optional, and slow to load

    return RapidOCR()


def read_text(image: bytes) -> list[tuple[str, float]]:
    """Lines of text in a PNG or JPEG image, top to bottom, each with a confidence from 0 to 1."""
    with _engine_lock:
        lines, _ = _engine()(image)
    return [(text, float(confidence)) for _, text, confidence in lines or ()]


class OcrAgent(CoreAgent):
    description = AgentDescription(
        template="core.ocr",
        instance="ocr",
        name="OCR",
        description=(
            "Reads printed text, Latin or Chinese script, from a PNG or JPEG image. It cannot read "
            "handwriting reliably, and returns an image without text as such."
        ),
        capabilities=("/capability/ocr",),
        entity_meta=IN_THE_NETWORK,
    )

    async def start(self) -> None:
        """Register, if the OCR engine is installed."""
        if not available():
            log.warning("OCR agent not offered", remedy="pip install 'agentnf[agents]'")
            return
        await super().start()

    def perform(self, task: Task) -> list[DataItem]:
        image = task.data.get("image")
        if not isinstance(image, str):
            raise TaskRejected("the input has no image (base64 of a PNG or JPEG file)")
        try:
            octets = base64.b64decode(image, validate=True)
        except binascii.Error:
            raise TaskRejected("the image is not base64") from None
        try:
            lines = read_text(octets)
        except Exception as error:  # whatever decoder or engine raise on bad octets
            raise TaskFailed(f"the image cannot be read: {error}") from error
        if not lines:
            raise TaskRejected("there is no text in the image")
        confidence = round(min(certainty for _, certainty in lines), 3)
        return [
            DataItem(text="\n".join(line for line, _ in lines)),
            DataItem(data={"lines": len(lines), "confidence": confidence}),
        ]
