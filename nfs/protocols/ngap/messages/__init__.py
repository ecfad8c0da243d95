"""NGAP messages, each as its table in TS 38.413 clause 9.2."""

from nfs.protocols.ngap.messages.interface_management import *
from nfs.protocols.ngap.messages.nas_transport import *
from nfs.protocols.ngap.messages.paging import *
from nfs.protocols.ngap.messages.pdu_sessions import *
from nfs.protocols.ngap.messages.table import *
from nfs.protocols.ngap.messages.ue_context import *
