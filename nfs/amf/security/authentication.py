"""Primary authentication (TS 24.501 clause 5.4.1): the home network chooses 5G-AKA or EAP-AKA'."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nfs.amf.consumer import ausf
from nfs.amf.security import eap_aka_prime, five_g_aka
from nfs.amf.security.seaf import KEY_SETS, Keys, initiate

if TYPE_CHECKING:
    from nfs.amf.app import Amf
    from nfs.amf.ue.ue import Ue


async def authenticate(amf: Amf, ue: Ue, ng_ksi_in_use: int) -> Keys:
    """Authenticate the UE by its SUCI or SUPI; sets the SUPI.

    Raises Rejected for causes that the registration answers, NotAuthenticated after
    AUTHENTICATION REJECT.
    """
    ng_ksi = (ng_ksi_in_use + 1) % (KEY_SETS + 1) % KEY_SETS
    challenge = await initiate(amf, ue)
    amf.counts.authentications.inc()
    if isinstance(challenge, ausf.EapExchange):
        return await eap_aka_prime.authenticate(amf, ue, ng_ksi, challenge)
    return await five_g_aka.authenticate(amf, ue, ng_ksi, challenge)
