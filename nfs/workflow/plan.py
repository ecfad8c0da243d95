"""From an admitted intent to the steps that carry it out."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from nfs.semantics.intent import RefusalClass
from nfs.semantics.vocabulary import Kind
from nfs.workflow.assurance import Assure
from nfs.workflow.execution import Execution, Step
from nfs.workflow.kinds import (
    agent_discover,
    agent_invoke,
    analytics_query,
    compute_inference,
    energy_save,
    intent_cancel,
    intent_status,
    location_geofence,
    location_get,
    mobility_announce,
    model_train,
    network_diagnose,
    policy_set,
    privateline_create,
    qos_assure,
    reachability_get,
    session_establish,
    session_release,
    task_collaborate,
)
from nfs.workflow.refusal import Refusal

PLANNERS: Mapping[Kind, Callable[[Execution], list[Step]]] = {
    Kind.QOS_ASSURE: qos_assure.steps,
    Kind.AGENT_DISCOVER: agent_discover.steps,
    Kind.SESSION_ESTABLISH: session_establish.steps,
    Kind.SESSION_RELEASE: session_release.steps,
    Kind.AGENT_INVOKE: agent_invoke.steps,
    Kind.ANALYTICS_QUERY: analytics_query.steps,
    Kind.COMPUTE_INFERENCE: compute_inference.steps,
    Kind.LOCATION_GET: location_get.steps,
    Kind.MODEL_TRAIN: model_train.steps,
    Kind.TASK_COLLABORATE: lambda execution: task_collaborate.steps(execution, plan),
    Kind.INTENT_STATUS: intent_status.steps,
    Kind.INTENT_CANCEL: intent_cancel.steps,
    Kind.NETWORK_DIAGNOSE: network_diagnose.steps,
    Kind.PRIVATELINE_CREATE: privateline_create.steps,
    Kind.LOCATION_GEOFENCE: location_geofence.steps,
    Kind.REACHABILITY_GET: reachability_get.steps,
    Kind.MOBILITY_ANNOUNCE: mobility_announce.steps,
    Kind.ENERGY_SAVE: energy_save.steps,
    Kind.POLICY_SET: policy_set.steps,
}
"""How each kind is done; a kind joins by an entry here and in the operator's policy."""

SCHEDULED = frozenset({Kind.QOS_ASSURE, Kind.SESSION_ESTABLISH, Kind.PRIVATELINE_CREATE})
"""Kinds that may be asked for now and carried out later."""

MADE_BEFORE_BREAK = frozenset({Kind.QOS_ASSURE})
"""Kinds of which one that replaces another is carried out before that one ends."""

ASSURED: Mapping[Kind, Assure] = {
    Kind.QOS_ASSURE: qos_assure.assure,
    Kind.PRIVATELINE_CREATE: privateline_create.assure,
}
"""Kinds whose targets are measured while an intent holds, and how."""


def plan(execution: Execution) -> list[Step]:
    """The steps, none of them begun; infeasible intents are refused here (L8)."""
    task = task_collaborate.is_task(execution.intent)
    planner = PLANNERS.get(Kind.TASK_COLLABORATE if task else execution.intent.kind)
    if planner is None:
        raise Refusal(RefusalClass.OPERATOR_POLICY, "this operator does not offer this yet")
    return planner(execution)
