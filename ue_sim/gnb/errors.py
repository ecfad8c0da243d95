"""What can go wrong between a gNB and its AMFs."""


class NgSetupError(ConnectionError):
    """The AMF refused the gNB, or did not answer."""

    def __init__(self, reason: str, time_to_wait: float | None = None) -> None:
        super().__init__(reason)
        self.time_to_wait = time_to_wait
        """Seconds after which the AMF may be asked again; None when it has not said."""


class Overloaded(ConnectionError):
    """The AMF has said that it takes no more signalling of this kind (TS 38.413 clause 8.7.7)."""


class HandoverFailed(ConnectionError):
    """The UE stays where it is."""
