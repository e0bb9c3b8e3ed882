"""The most memory that this process has held."""

from __future__ import annotations

import sys
from pathlib import Path

STATUS, CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")
MB = 1024.0**2


def forget_peak() -> None:
    """Begin to measure anew where the system can (Linux); elsewhere the peak is that of the whole process."""
    try:
        CLEAR.write_text("5", encoding="ascii")
    except OSError:
        return


def peak_mb() -> float:
    """Megabytes; NaN where the system does not tell.

    On Linux from /proc: ``getrusage`` tells of a new process what the one that started it held.
    """
    if STATUS.is_file():
        lines = STATUS.read_text(encoding="ascii").splitlines()
        return float(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024
    if sys.platform == "win32":
        return _windows_peak_mb()
    import resource

    unit = 1.0 if sys.platform == "darwin" else 1024.0  # bytes on macOS, else kilobytes
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / MB


def _windows_peak_mb() -> float:
    try:
        import psutil
    except ImportError:
        return float("nan")
    return float(psutil.Process().memory_info().peak_wset) / MB


def free_gb() -> float:
    """Gigabytes that can still be had; infinite where the system does not tell."""
    try:
        import psutil
    except ImportError:
        return _linux_free_gb()
    return float(psutil.virtual_memory().available) / 1024**3


def _linux_free_gb() -> float:
    table = Path("/proc/meminfo")
    if not table.is_file():
        return float("inf")
    lines = table.read_text(encoding="ascii").splitlines()
    return float(next(line for line in lines if line.startswith("MemAvailable")).split()[1]) / 1024**2
