"""NGAP messages, each as its table in TS 38.413 clause 9.2."""

from nfs.protocols.ngap.messages.configuration import *
from nfs.protocols.ngap.messages.handover import *
from nfs.protocols.ngap.messages.interface_management import *
from nfs.protocols.ngap.messages.location_and_trace import *
from nfs.protocols.ngap.messages.nas_transport import *
from nfs.protocols.ngap.messages.paging import *
from nfs.protocols.ngap.messages.path_switch import *
from nfs.protocols.ngap.messages.pdu_session_indications import *
from nfs.protocols.ngap.messages.pdu_sessions import *
from nfs.protocols.ngap.messages.table import *
from nfs.protocols.ngap.messages.ue_context import *
