"""Namf_EventExposure (TS 29.518 clause 5.3): where UEs are and in which state, as it changes."""

from nfs.amf.event_exposure.subscriptions import EventSubscriptions

__all__ = ["EventSubscriptions"]
