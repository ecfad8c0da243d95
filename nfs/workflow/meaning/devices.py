"""Which device of a subscription a user means."""

from __future__ import annotations

from nfs.common.models.iaf import IntentSubmission
from nfs.workflow.meaning.names import plain_name, words_of


def find_device(name: str | None, request: IntentSubmission) -> str | None:
    """The SUPI of the device that is called ``name``; no name means the device that asks.

    None when the name is neither in the subscription nor one for the asking device.
    """
    if name is None:
        return request.supi
    devices = {plain_name(known): supi for known, supi in request.subscription.devices.items()}
    plain = plain_name(name)
    asking = request.supi if plain in words_of("askingDevice") else None
    return devices.get(plain, asking)
