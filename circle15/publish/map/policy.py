"""The Content-Security-Policy of the map page: what a browser may run and fetch."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

TIANDITU_HOSTS = "https://*.tianditu.gov.cn"


def script_hash(script: str) -> str:
    """A script's name in a policy: only the very same text may run.

    Examples
    --------
    >>> script_hash("")
    "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
    """
    digest = hashlib.sha256(script.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


def security_policy(scripts: Sequence[str], image_hosts: Sequence[str] = ()) -> str:
    """A policy under which these scripts run and nothing is fetched but pictures from ``image_hosts``."""
    rules = {
        "default-src": "'none'",
        "script-src": " ".join(map(script_hash, scripts)),
        "style-src": "'unsafe-inline'",
        "img-src": " ".join(["data:", *image_hosts]),
        "connect-src": "'none'",
        "font-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return "; ".join(f"{rule} {allowed}" for rule, allowed in rules.items())
