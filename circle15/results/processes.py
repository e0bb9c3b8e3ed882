"""Whether another process still runs."""

from __future__ import annotations

import ctypes
import os
import sys

# Of the Windows API: the right to wait for a process, and the answer that it has not ended.
SYNCHRONIZE = 0x00100000
WAIT_TIMEOUT = 0x00000102


def is_running(process: int) -> bool:
    """Whether a process of this number runs on this machine.

    Examples
    --------
    >>> is_running(os.getpid())
    True
    """
    return _is_running_on_windows(process) if sys.platform == "win32" else _is_running_elsewhere(process)


def _is_running_elsewhere(process: int) -> bool:
    try:
        os.kill(process, 0)  # signal 0 asks and does nothing
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:  # it is another user's
        return True
    return True


def _is_running_on_windows(process: int) -> bool:
    """Asked of the system itself: there ``os.kill`` would end the process."""
    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009  absent elsewhere
    handle = kernel.OpenProcess(SYNCHRONIZE, False, process)
    if not handle:
        return False
    running = bool(kernel.WaitForSingleObject(handle, 0) == WAIT_TIMEOUT)
    kernel.CloseHandle(handle)
    return running
