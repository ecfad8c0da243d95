"""The audit trail of an NF: signed, chained, and in the store before what it tells of is answered.

The rule: an action is recorded when it has ended, before the answer goes out. When the record
cannot be kept, the answer is 503 STATE_UNAVAILABLE: what was acknowledged or refused is in the
trail. Records are never deleted.
"""

from nfs.common.audit.routes import add_audit_routes
from nfs.common.audit.trail import AuditTrail, Entry
from nfs.common.audit.verification import ChainVerifier, Fault

__all__ = ["AuditTrail", "ChainVerifier", "Entry", "Fault", "add_audit_routes"]
