"""What 5GMM messages have in common."""

from __future__ import annotations

from nfs.protocols.nas.framing import Format, NasMessage

LV, LV_E, V, HALF = Format.LV, Format.LV_E, Format.V, Format.HALF
TV, TLV, TLV_E, TV_HALF = Format.TV, Format.TLV, Format.TLV_E, Format.TV_HALF


class MmMessage(NasMessage):
    """5GS mobility management: extended protocol discriminator 0x7e."""
