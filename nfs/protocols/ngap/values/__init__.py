"""Values that NGAP messages carry, and their ASN.1 forms (TS 38.413 clause 9.3)."""

from nfs.protocols.ngap.values.codec import *
from nfs.protocols.ngap.values.mobility import *
from nfs.protocols.ngap.values.nodes import *
from nfs.protocols.ngap.values.sessions import *
from nfs.protocols.ngap.values.ues import *
