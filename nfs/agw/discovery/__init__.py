"""Discovery (B11, H10 to H13): live agents of this gateway only."""

from nfs.agw.discovery.adp import Discovery
from nfs.agw.discovery.query import discover

__all__ = ["Discovery", "discover"]
