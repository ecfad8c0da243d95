"""New keys before a NAS COUNT has no values left (TS 24.501 clause 4.4.3.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from nfs.amf.connection.context_modification import follow_key
from nfs.amf.errors import NotAuthenticated, ProcedureEnded, Rejected
from nfs.amf.registration.deregistration import end_registration
from nfs.amf.security.authentication import authenticate
from nfs.amf.security.security_mode import establish_security
from nfs.amf.ue.context import Rm

if TYPE_CHECKING:
    from nfs.amf.app import Amf
    from nfs.amf.ue.ue import Ue

log = structlog.get_logger("amf")


async def keep_keys_fresh(amf: Amf, ue: Ue) -> None:
    """Primary authentication and security mode control beside what the registered UE does.

    Without an answer it is tried again with the next message; raises NotAuthenticated when UE and
    home network disagree, and the registration has ended then.
    """
    security = ue.context.security
    if ue.context.rm is not Rm.REGISTERED or security is None or not security.nearly_exhausted:
        return
    if not ue.connected or ue.releasing:
        return
    log.info("NAS COUNT nearly exhausted", ue=ue.name)
    ue.others_wait = True
    try:
        keys = await authenticate(amf, ue, security.ng_ksi)
        await establish_security(amf, ue, keys, initial_message=False)
        await follow_key(ue)
    except NotAuthenticated:
        await end_registration(amf, ue.context)
        raise
    except (ProcedureEnded, Rejected) as ended:
        log.warning("keys not renewed", ue=ue.name, reason=str(ended))
    finally:
        ue.others_wait = False
    amf.contexts.save(ue.context)
