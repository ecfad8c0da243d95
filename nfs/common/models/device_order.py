"""What the network has the OS agent of a device do for an intent of its user (testbed)."""

from __future__ import annotations

from pydantic import Field

from nfs.common.models.base import SbiModel


class SessionOrder(SbiModel):
    """Establish a PDU session: a route selection descriptor as of URSP (TS 24.526 clause 5.2).

    ``sNssai`` is its text form, ``1`` or ``1-010203``.
    """

    dnn: str = Field(min_length=1, max_length=100)
    s_nssai: str = Field(pattern=r"^\d{1,3}(-[0-9a-fA-F]{6})?$")


class DeviceOrder(SbiModel):
    """One of the orders that there are; an OS agent leaves alone what it does not know."""

    establish_session: SessionOrder | None = None
