"""What Beachhead does not know: one more shape, the CRM called Quayside, and maturity models written as ladders."""

from pathlib import Path

DIALECT = Path(__file__).parent / "quayside.yaml"
