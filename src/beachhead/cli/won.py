"""``beachhead won``: a play led to a sale."""

from __future__ import annotations

from beachhead.cli._outcome import logs


@logs("won")
def command() -> None:
    """Log that PLAY led to a sale at ACCOUNT of WORKSPACE.

    ACCOUNT is an id, a name or a part of it, PLAY an id or a name. Logging it again for the same day corrects it.
    """
