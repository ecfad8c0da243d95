"""Rules of a session created, updated and removed, as establishment and modification say."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from nfs.protocols.pfcp import (
    Cause,
    ChooseFTeid,
    CreatedPdr,
    CreatePdr,
    CreateSrr,
    FTeid,
    ReportingFrequency,
    RequestedQosMonitoring,
    SessionEstablishmentRequest,
    SessionModificationRequest,
    UpdatePdr,
)
from nfs.upf.rules import Far, Pdr, Qer
from nfs.upf.session import MAX_RULES, RuleError, Session, SessionTable
from nfs.upf.usage import Urr

_SDF_FILTER = 23


def create(
    session: Session,
    table: SessionTable,
    request: SessionEstablishmentRequest | SessionModificationRequest,
    now: float,
) -> tuple[CreatedPdr, ...]:
    """The end points that were chosen; raises RuleError."""
    if (bar := request.create_bar) is not None:
        session.bars[bar.bar_id] = bar.suggested_packets
    for far in request.create_fars:
        session.fars[far.far_id] = Far(far)
    for qer in request.create_qers:
        session.qers[qer.qer_id] = Qer(qer, session.shared_buckets, now)
    for urr in request.create_urrs:
        session.urrs[urr.urr_id] = Urr(urr, now)
    for srr in request.create_srrs:
        session.srrs[srr.srr_id] = _monitoring(srr)
    chosen = (_create_pdr(session, table, pdr) for pdr in request.create_pdrs)
    created = tuple(pdr for pdr in chosen if pdr is not None)
    for rules in (session.pdrs, session.fars, session.qers, session.urrs, session.srrs):
        if len(rules) > MAX_RULES:
            reason = f"more than {MAX_RULES} rules of a kind"
            raise RuleError(Cause.NO_RESOURCES_AVAILABLE, reason)
    return created


def _create_pdr(session: Session, table: SessionTable, rule: CreatePdr) -> CreatedPdr | None:
    wanted, chosen = rule.pdi.f_teid, None
    f_teid: FTeid | None
    if isinstance(wanted, ChooseFTeid):
        f_teid = chosen = _choose(session, table, wanted)
    else:
        f_teid = wanted
    session.pdrs[rule.pdr_id] = _pdr(rule, f_teid)
    return CreatedPdr(pdr_id=rule.pdr_id, f_teid=chosen) if chosen else None


def _monitoring(srr: CreateSrr) -> CreateSrr:
    """Round trips by GTP-U path monitoring, reported by event: the rest is not offered."""
    wanted = RequestedQosMonitoring.RP | RequestedQosMonitoring.GTPUPM
    for control in srr.qos_monitoring:
        if control.requested != wanted or control.frequency != ReportingFrequency.EVETT:
            raise RuleError(Cause.SERVICE_NOT_SUPPORTED, f"{control.requested!r} is not measured")
    return srr


def _pdr(rule: CreatePdr, f_teid: FTeid | None) -> Pdr:
    try:
        return Pdr.of(rule, f_teid)
    except ValueError as error:
        cause = Cause.RULE_CREATION_MODIFICATION_FAILURE
        raise RuleError(cause, str(error), _SDF_FILTER) from error


def _choose(session: Session, table: SessionTable, wanted: ChooseFTeid) -> FTeid:
    if wanted.choose_id is None:
        return table.new_teid()
    if wanted.choose_id not in session.chosen:
        session.chosen[wanted.choose_id] = table.new_teid()
    return session.chosen[wanted.choose_id]


def update_pdr(session: Session, table: SessionTable, update: UpdatePdr) -> CreatedPdr | None:
    """What is absent in the update stays."""
    former = known(session.pdrs, update.pdr_id, "PDR")
    given: dict[str, Any] = {
        name: value
        for name in ("outer_header_removal", "precedence", "pdi", "far_id")
        if (value := getattr(update, name)) is not None
    }
    given |= {n: ids for n in ("urr_ids", "qer_ids") if (ids := getattr(update, n))}
    rule = replace(former.rule, **given)
    if update.pdi is None or update.pdi.f_teid is None:
        f_teid = FTeid(former.teid, table.address) if former.teid is not None else None
        session.pdrs[update.pdr_id] = _pdr(rule, f_teid)
        return None
    return _create_pdr(session, table, rule)


def known(rules: dict[int, Any], id_: int, kind: str) -> Any:
    if id_ not in rules:
        cause = Cause.RULE_CREATION_MODIFICATION_FAILURE
        raise RuleError(cause, f"the session has no {kind} {id_}")
    return rules[id_]
