"""The compiled inner loops (``kernel.c``), where a compiler was found when the package was built.

Nothing needs them: what has no kernel goes through NumPy and gets the same answers, to 1e-5 of the size of
what is answered, more slowly.
"""

from __future__ import annotations

import ctypes
from pathlib import Path

import numpy as np

PATH = Path(__file__).with_name("libkernel.so")  # not kernel.so, which Python would take for this module


def load(path: Path = PATH) -> ctypes.CDLL | None:
    """The library, or None where none was built or none can be loaded on this machine."""
    try:
        library = ctypes.CDLL(str(path))
        library.beachhead_weigh.restype = library.beachhead_quantiles.restype = None
    except (OSError, AttributeError):
        return None
    return library


LIBRARY = load()


def weigh(
    library: ctypes.CDLL,
    distance: np.ndarray,
    prior: np.ndarray,
    factor: np.ndarray,
    place: np.ndarray,
    weights: np.ndarray,
) -> np.ndarray:
    """Fill ``weights`` (A × n) from one and the distances (A × n), prior odds (A) and factors (F × n) of which each
    atom has the row ``place`` (A, int32). The mean distance under the weights (n)."""
    atoms, series = distance.shape
    unexplained = np.empty(series)
    library.beachhead_weigh(
        _at(distance, np.float32),
        ctypes.c_ssize_t(series),
        ctypes.c_ssize_t(atoms),
        _at(prior, np.float32),
        _at(factor, np.float32),
        _at(place, np.int32),
        _at(weights, np.float32),
        _at(unexplained, np.float64),
    )
    return unexplained


def quantiles(
    library: ctypes.CDLL,
    weights: np.ndarray,
    counts: np.ndarray,
    order: np.ndarray,
    below: np.ndarray,
    upto: np.ndarray,
    edges: np.ndarray,
    probabilities: np.ndarray,
) -> np.ndarray:
    """Values (probabilities × n) below which a part of the weight lies; as ``projections.Quantiles`` prepares it."""
    series = weights.shape[1]
    out = np.empty((len(probabilities), series))
    library.beachhead_quantiles(
        _at(weights, np.float32),
        ctypes.c_ssize_t(series),
        _at(counts, np.float32),
        _at(order, np.int32),
        _at(below, np.int32),
        _at(upto, np.int32),
        ctypes.c_ssize_t(len(edges)),
        _at(edges, np.float64),
        _at(probabilities, np.float64),
        ctypes.c_ssize_t(len(probabilities)),
        _at(out, np.float64),
    )
    return out


def _at(array: np.ndarray, dtype: type) -> ctypes.c_void_p:
    """Where the numbers lie; anything but a plain array of the type is a mistake of ours."""
    assert array.dtype == dtype
    assert array.flags.c_contiguous
    return ctypes.c_void_p(array.ctypes.data)
