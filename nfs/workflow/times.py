"""When an intent is to be carried out, and until when it is to hold."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from nfs.semantics.intent import RefusalClass, Slots
from nfs.workflow.refusal import Refusal


def holds_for(slots: Slots) -> int | None:
    """Seconds from now, None without end. Raises Refusal INFEASIBLE for a time that has passed."""
    if slots.duration_seconds is not None or slots.end_time is None:
        return slots.duration_seconds
    return seconds_until(slots.end_time, datetime.now().astimezone())


def starts_at(slots: Slots) -> datetime | None:
    """None is now. Raises Refusal INFEASIBLE for a time that has passed."""
    if slots.start_time in (None, "now"):
        return None
    now = datetime.now().astimezone()
    return now + timedelta(seconds=seconds_until(slots.start_time, now))


def seconds_until(end_time: str, now: datetime) -> int:
    """Seconds from ``now`` to ``+SECONDS``, a date-time, or the next ``T18:00``.

    Raises Refusal INFEASIBLE for a time that has passed, or that no calendar has.
    """
    try:
        seconds = _seconds_until(end_time, now)
    except (ValueError, OverflowError):  # 31 February; an offset of 99 hours
        raise Refusal(RefusalClass.INFEASIBLE, "there is no such time") from None
    if seconds <= 0:
        raise Refusal(RefusalClass.INFEASIBLE, "that time has passed")
    return seconds


def _seconds_until(end_time: str, now: datetime) -> int:
    if end_time.startswith("+"):
        return int(end_time)
    if end_time.startswith("T"):
        clock = time.fromisoformat(end_time)
        end = datetime.combine(now.date(), clock, clock.tzinfo or now.tzinfo)
        end += timedelta(days=0 if end > now else 1)
    elif end_time == "now":
        end = now
    else:
        end = datetime.fromisoformat(end_time)
        end = end if end.tzinfo else end.replace(tzinfo=now.tzinfo)
    return round((end - now).total_seconds())
