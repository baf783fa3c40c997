"""Adopter categories (Rogers, Diffusion of Innovations, 1962; 5th edition 2003, chapter 7).

They cut the normal distribution of adoption times at its mean, one and two standard deviations; the shares are his.
"""

CATEGORIES = ("innovators", "early_adopters", "early_majority", "late_majority", "laggards")
CUTS = (0.025, 0.16, 0.50, 0.84)
"""Fraction of the adopters that have adopted when the next category begins."""
SHARES = (0.025, 0.135, 0.34, 0.34, 0.16)
