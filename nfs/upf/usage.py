"""Usage reporting rules: what is measured and when it is reported (TS 29.244 clause 5.2.2)."""

from __future__ import annotations

from nfs.protocols.pfcp import (
    CreateUrr,
    MeasurementInformation,
    MeasurementMethod,
    ReportingTriggers,
    UpdateUrr,
    UsageReport,
    UsageReportTrigger,
    Volume,
)


class Urr:
    """Counts from the last report on; times are Unix seconds."""

    def __init__(self, rule: CreateUrr, now: float) -> None:
        self.rule = rule
        self._ur_seqn = 0
        self._begin(now)

    @property
    def offered(self) -> bool:
        """Whether it counts what comes before QoS enforcement, and not what passes it."""
        return bool((self.rule.measurement_information or 0) & MeasurementInformation.MBQE)

    def _begin(self, now: float) -> None:
        self._start = now
        self._uplink = self._downlink = 0
        self._uplink_packets = self._downlink_packets = 0
        self._first: float | None = None
        self._last: float | None = None

    def change(self, update: UpdateUrr) -> None:
        old = self.rule
        self.rule = CreateUrr(
            urr_id=old.urr_id,
            measurement_method=update.measurement_method or old.measurement_method,
            reporting_triggers=update.reporting_triggers or old.reporting_triggers,
            measurement_period=update.measurement_period or old.measurement_period,
            volume_threshold=update.volume_threshold or old.volume_threshold,
            time_threshold=update.time_threshold or old.time_threshold,
            measurement_information=update.measurement_information or old.measurement_information,
        )

    def count(self, octets: int, now: float, *, uplink: bool) -> UsageReport | None:
        """A packet passed; the report that is due with it."""
        began = self._first is None
        if began:
            self._first = now
        self._last = now
        if uplink:
            self._uplink += octets
            self._uplink_packets += 1
        else:
            self._downlink += octets
            self._downlink_packets += 1
        triggers = self.rule.reporting_triggers
        if triggers & ReportingTriggers.VOLTH and self._over_threshold():
            return self.report(UsageReportTrigger.VOLTH, now)
        if began and triggers & ReportingTriggers.START:
            return self.report(UsageReportTrigger.START, now)
        return None

    def _over_threshold(self) -> bool:
        threshold = self.rule.volume_threshold
        if threshold is None:
            return False
        measured = (
            (threshold.total, self._uplink + self._downlink),
            (threshold.uplink, self._uplink),
            (threshold.downlink, self._downlink),
        )
        return any(limit is not None and value >= limit for limit, value in measured)

    def due(self, now: float) -> UsageReport | None:
        """The report that time alone makes due."""
        rule, elapsed = self.rule, now - self._start
        triggers = rule.reporting_triggers
        if (
            triggers & ReportingTriggers.PERIO
            and rule.measurement_period
            and elapsed >= rule.measurement_period
        ):
            return self.report(UsageReportTrigger.PERIO, now)
        if (
            triggers & ReportingTriggers.TIMTH
            and rule.time_threshold
            and elapsed >= rule.time_threshold
        ):
            return self.report(UsageReportTrigger.TIMTH, now)
        return None

    def report(self, trigger: UsageReportTrigger, now: float) -> UsageReport:
        """What was measured since the last one."""
        volume = None
        if self.rule.measurement_method & MeasurementMethod.VOLUM:
            volume = Volume(
                self._uplink + self._downlink,
                self._uplink,
                self._downlink,
                self._uplink_packets + self._downlink_packets,
                self._uplink_packets,
                self._downlink_packets,
            )
        by_time = bool(self.rule.measurement_method & MeasurementMethod.DURAT)
        report = UsageReport(
            urr_id=self.rule.urr_id,
            ur_seqn=self._ur_seqn,
            trigger=trigger,
            start_time=int(self._start),
            end_time=int(now),
            volume=volume,
            duration=int(now - self._start) if by_time else None,
            first_packet=None if self._first is None else int(self._first),
            last_packet=None if self._last is None else int(self._last),
        )
        self._ur_seqn += 1
        self._begin(now)
        return report
