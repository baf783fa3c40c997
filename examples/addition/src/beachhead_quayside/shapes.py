"""A life cycle of two markets of the same size, the second well after the first."""

from beachhead.market.shapes import Shape, two_markets

TWO_HALVES = Shape("two halves", two_markets(0.5, 1.0), weight=0.1)
