"""Villages of a village committee (行政村) told from the communities of towns."""

from __future__ import annotations

import re

# The national division codes count residents' committees 001-199 and 400-499, village committees 200-399 and 500-599
# (统计用区划代码和城乡划分代码编制规则, the last three of twelve digits).
_OF_RESIDENTS = ("0", "1", "4")
_OF_VILLAGERS = ("2", "3", "5")
_COMMUNITY = re.compile(r"(?:社区|居委会|居委|居民区|居民委员会|社区居委会|小区)$")
_VILLAGE = re.compile(r"(?:村|村委会|村委|村民委员会|大队)$")


def is_administrative(name: str, code: str, urban_rural: str = "") -> bool:
    """Whether a unit of the village level is a village of a village committee.

    By its name, else by the digits of its code, else by the class of its town; where nothing tells, it counts as one.

    Examples
    --------
    >>> is_administrative("桥头村", ""), is_administrative("望江社区", "330102001201")
    (True, False)
    >>> is_administrative("桥头", "330102001201"), is_administrative("桥头", "330102001001")
    (True, False)
    >>> is_administrative("桥头", "r12", "urban"), is_administrative("桥头", "r12")
    (False, True)
    """
    if _COMMUNITY.search(name):
        return False
    if _VILLAGE.search(name):
        return True
    if re.fullmatch(r"\d{12}", code) and code[9] in (*_OF_RESIDENTS, *_OF_VILLAGERS):
        return code[9] in _OF_VILLAGERS
    return urban_rural != "urban"
