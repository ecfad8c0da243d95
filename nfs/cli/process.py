"""What commands that stay up have in common."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal


def until_signal() -> asyncio.Event:
    """Set by Ctrl-C or SIGTERM."""
    done = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(number, done.set)
    return done


def settle() -> None:
    """What is there now stays: the garbage collector need not look at it again.

    The ASN.1 objects of NGAP alone are hundreds of thousands; going through them takes a tenth of
    the time of a registration.
    """
    gc.collect()
    gc.freeze()
