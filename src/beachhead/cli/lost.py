"""``beachhead lost``: a play was tried and led to nothing."""

from __future__ import annotations

from beachhead.cli._outcome import logs


@logs("lost")
def command() -> None:
    """Log that PLAY was tried at ACCOUNT of WORKSPACE and led to nothing.

    ACCOUNT is an id, a name or a part of it, PLAY an id or a name. Logging it again for the same day corrects it.
    """
