"""Names told in one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

TOLD = 10


def few(names: Sequence[str]) -> str:
    """The first ten names, and a sign that there are more.

    Examples
    --------
    >>> few(["a", "b"])
    'a、b'
    >>> few([str(n) for n in range(12)])
    '0、1、2、3、4、5、6、7、8、9…'
    """
    return "、".join(names[:TOLD]) + ("…" if len(names) > TOLD else "")
