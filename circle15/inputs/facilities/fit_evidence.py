"""How much better points fit at one trial place than at another, as logarithms of likelihood.

Every kind of evidence puts a point at each of its trial places into a class: so many metres from a street, within the
town it names or not. How often a point pushed aside falls into each class is counted, point by point, so that a
village and a city centre each have their own measure. What the classes of points in their right places look like is
not known; it is looked for among a few shapes, and the list may take whichever suits it best, at every trial place
alike. Since pushed places may choose as freely as the datums, the choice proves nothing by itself: only a datum that
fits better than the pushed places do says something.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

# Shares of points that stand anywhere, badly geocoded or of another kind.
ASTRAY = (0.2, 0.5, 0.8)
# The share of a class near a point leans on that near all points as on this many trials.
LEANING = 20.0
LEAST = 1e-6


def class_score(classes: NDArray[np.int64], shapes: Floats, pushed: slice) -> Floats:
    """The log-likelihood ratio of every trial against a place that means nothing; the best of the shapes.

    Parameters
    ----------
    classes
        (trials, points): the class of each point at each trial place.
    shapes
        (shapes, classes): shares of classes among points in their right places, as they might be.
    pushed
        The trials that mean nothing.

    Returns
    -------
    float64, (trials,).

    Examples
    --------
    >>> classes = np.array([[0, 0, 0], [1, 1, 0], [1, 1, 1], [1, 0, 1], [0, 1, 1]])
    >>> class_score(classes, np.array([[1.0, 0.0]]), slice(1, None)).round(1).tolist()
    [3.7, 0.0, -0.7, 0.0, 0.0]
    """
    anywhere = _shares(classes[pushed], shapes.shape[1])
    ratios = shapes[:, None, :] / anywhere[None, :, :]
    points = np.arange(classes.shape[1])
    scores = [
        np.log(astray + (1.0 - astray) * ratio)[points, classes].sum(axis=1) for ratio in ratios for astray in ASTRAY
    ]
    best: Floats = np.max(scores, axis=0)
    return best


def _shares(classes: NDArray[np.int64], count: int) -> Floats:
    """How often each point, (points, classes), falls into each class where it means nothing; never quite 0."""
    own = np.stack([(classes == each).sum(axis=0) for each in range(count)], axis=1) + LEAST
    of_all = own.sum(axis=0) / own.sum()
    shares: Floats = (own + LEANING * of_all) / (own.sum(axis=1, keepdims=True) + LEANING)
    return shares


def tilt_score(density: Floats, tilts: tuple[float, ...], pushed: slice) -> Floats:
    """The same where each place has a density, (trials, points): points may seek dense places, or shun them.

    The likelihood of a place is its density to the power of a tilt, against the mean of the pushed places of the same
    point; the best of the tilts.

    Examples
    --------
    >>> density = np.array([[4.0, 4.0], [0.0, 1.0], [1.0, 0.0]])
    >>> bool(np.argmax(tilt_score(density, (0.5, 1.0), slice(1, None))) == 0)
    True
    """
    least = density[pushed].mean() / 10.0
    if not least > 0:
        return np.zeros(len(density))
    scores = []
    for tilt in tilts:
        weight = (density + least) ** tilt
        ratio = weight / weight[pushed].mean(axis=0)
        scores.append(np.log(ASTRAY[0] + (1.0 - ASTRAY[0]) * ratio).sum(axis=1))
    best: Floats = np.max(scores, axis=0)
    return best
