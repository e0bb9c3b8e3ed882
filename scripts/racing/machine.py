"""Where and with what the race was run."""

from __future__ import annotations

import os
import platform
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path


def version_of(package: str) -> str:
    """The version of an installed package; this one may run from its folder."""
    try:
        return version(package)
    except PackageNotFoundError:
        if package != "circle15":
            return ""
        import circle15

        return str(circle15.__version__)


def machine() -> str:
    """The processor, its cores, the system, and what the search stands on."""
    cpu = Path("/proc/cpuinfo")
    models = [line for line in cpu.read_text().splitlines() if "model name" in line] if cpu.is_file() else []
    name = models[0].split(":")[1].strip() if models else platform.processor()
    packages = ", ".join(f"{package} {version_of(package)}" for package in ("numpy", "numba"))
    return f"{name}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}, {packages}"


def revision(repository: Path) -> str:
    """The commit that is raced; nothing where there is no git."""
    try:
        told = subprocess.run(
            ["git", "rev-parse", "--short=10", "HEAD"], cwd=repository, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return ""
    return told.stdout.strip()
