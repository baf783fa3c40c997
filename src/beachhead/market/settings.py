"""The few numbers that the engine was given, each chosen on technologies other than those it is then scored on.

``benchmarks/choose_settings.py`` is the script that chose them and prints what each is worth; ``docs/method.md``
explains them in words.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """Settings of the likelihood, the prior and the intervals. All are per step or without unit."""

    # likelihood
    window: int = 12  # steps of growth that are compared
    discount: float = 0.77  # weight of a step's growth against that of the step after it
    level_weight: float = 0.04  # weight of the course of the level beside that of its increments
    level_discount: float = 0.87
    floor_energy: float = 0.02  # least noise: share of the series' own energy …
    floor_roughness: float = 0.7  # … and of what its increments jump about by
    # prior
    power_reached: float = 0.6  # density of the fraction reached F on the logit scale: F^a (1 − F)^b;
    power_left: float = 0.35  # arcsine would be a half each
    speed: float = 0.28  # logistic speed per step: median …
    speed_spread: float = 0.82  # … and log standard deviation
    start: float = 0.12  # a record is believed to begin below this fraction …
    start_power: float = 6.0  # … with this sharpness …
    start_slope: float = 1.5
    start_anywhere: float = 0.08  # … unless, with this probability, it begins anywhere
    dip: float = 0.35  # a level that is still on the rise may lie about so far below an earlier one …
    dip_slope: float = 3.0  # … and how fast belief falls beyond
    ceiling_power: float = 8.0  # how fast belief falls above a stated ceiling
    # answers
    category_floor: float = 0.002  # no category is ever ruled out altogether
    sales_power: float = (
        0.4  # sales to come count atoms by weight · F^power: open beginnings let too many be young
    )
    pull: float = (
        0.6  # how far a forecast of sales starts from the last ones (a power; 0: not, 1: from them alone)
    )
    noise_sales: float = 0.5  # process noise per step: share of recent growth, for sales …
    noise_step: float = 0.25  # … and for levels …
    noise_residual: float = 1.15  # … and of what the curves leave unexplained


DEFAULT = Settings()
CHASM = 0.16  # Moore (1991): the chasm lies between early adopters and early majority
