"""Internet domains that identify nobody: those of mail providers and platforms, and those that many names carry."""

from __future__ import annotations

import re

import polars as pl

from beachhead.tables.names import normal

MOST_NAMES = 3
"""A domain that more firms than these carry is a portal's or a registrar's. Firms of a group share their first word."""

_PLATFORMS = re.compile(
    r"(gmail|googlemail|outlook|hotmail|live|msn|yahoo|ymail|aol|icloud|me|mac|gmx|web|t-online|freenet|protonmail|proton|"
    r"mail|yandex|qq|163|126|orange|wanadoo|free|laposte|sfr|libero|virgilio|tiscali|bluewin|hispeed|telenet|skynet|ziggo|"
    r"kpnmail|xs4all|planet|terra|uol|bol|btinternet|comcast|verizon|att|seznam|wp|onet|o2)\.(com|net|org|de|at|ch|fr|it|es|nl|be|"
    r"pt|cz|pl|ru|cn|br|me|co\.uk|com\.br|ca|ie|eu)|"
    r"(.*\.)?(linkedin|facebook|instagram|twitter|x|youtube|xing|tiktok|wordpress|blogspot|wixsite|weebly|myshopify|squarespace|"
    r"jimdo|jimdosite|webnode|github|gitlab|herokuapp|azurewebsites|cloudfront|netlify|vercel|business|google|"
    r"crunchbase|linktr|bit|notion)\.(com|net|io|de|app|site|ee|ly|so)"
)


def is_platform(domain: str | None) -> bool:
    """Whether a domain is a mail provider's or a platform's, where anybody may be.

    >>> is_platform("gmail.com"), is_platform("de.linkedin.com"), is_platform("acme.example")
    (True, True, False)
    """
    return domain is not None and _PLATFORMS.fullmatch(domain) is not None


def shared_domains(domains: pl.Series, names: pl.Series) -> set[str]:
    """The domains that identify nobody: platforms', and those under which more than ``MOST_NAMES`` firms stand."""
    carried: dict[str, set[str]] = {}
    for domain, name in zip(domains, names, strict=True):
        if domain is not None:
            words = normal(name).split() if name else []
            carried.setdefault(domain, set()).update(words[:1])
    return {d for d, firms in carried.items() if is_platform(d) or len(firms) > MOST_NAMES}
