"""What an intent must pass before anything is done for it (L7, L8), one file for each check."""

from nfs.workflow.admission.admit import admit
from nfs.workflow.admission.capacity import make_room
from nfs.workflow.admission.conflicts import own_conflicts
from nfs.workflow.admission.feasibility import feasible_steps
from nfs.workflow.admission.guarantees import Guarantees

__all__ = ["Guarantees", "admit", "feasible_steps", "make_room", "own_conflicts"]
