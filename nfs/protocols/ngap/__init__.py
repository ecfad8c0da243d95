"""NG Application Protocol: typed messages and N2 SM information (TS 38.413)."""

from nfs.protocols.ngap.asn1 import load as load
from nfs.protocols.ngap.codec import decode as decode
from nfs.protocols.ngap.codec import encode as encode
from nfs.protocols.ngap.codec import name_of as name_of
from nfs.protocols.ngap.containers import *
from nfs.protocols.ngap.diagnostics import *
from nfs.protocols.ngap.errors import *
from nfs.protocols.ngap.messages import *
from nfs.protocols.ngap.mobility_transfers import *
from nfs.protocols.ngap.protocol_errors import *
from nfs.protocols.ngap.transfers import *
from nfs.protocols.ngap.values import *
