"""Functions whose shares of variance are published, and these shares as found from draws."""

from __future__ import annotations

import numpy as np

from circle15.assess.uncertainty.chance import key_of, uniforms
from circle15.assess.uncertainty.sobol import sobol_shares

# Ishigami and Homma (1990) with a = 7, b = 0.1: the closed forms of Sobol' and Levitan (1999).
A, B = 7.0, 0.1
_PARTS = (0.5 * (1 + B * np.pi**4 / 5) ** 2, A**2 / 8, 8 * B**2 * np.pi**8 / 225)
_WHOLE = sum(_PARTS)
ISHIGAMI_FIRST = np.array([_PARTS[0] / _WHOLE, _PARTS[1] / _WHOLE, 0.0])
ISHIGAMI_TOTAL = np.array([(_PARTS[0] + _PARTS[2]) / _WHOLE, _PARTS[1] / _WHOLE, _PARTS[2] / _WHOLE])
# The G function of Saltelli and Sobol' (1995) with these coefficients, as in Saltelli et al. (2010).
COEFFICIENTS = np.array([0.0, 1.0, 4.5, 9.0, 99.0, 99.0, 99.0, 99.0])
_OWN = 1 / (3 * (1 + COEFFICIENTS) ** 2)
_VARIANCE = np.prod(1 + _OWN) - 1
G_FIRST = _OWN / _VARIANCE
G_TOTAL = _OWN * (np.prod(1 + _OWN) / (1 + _OWN)) / _VARIANCE


def ishigami(x):
    """Of x in 0..1, (rows, 3)."""
    angle = np.pi * (2 * x - 1)
    return np.sin(angle[:, 0]) + A * np.sin(angle[:, 1]) ** 2 + B * angle[:, 2] ** 4 * np.sin(angle[:, 0])


def g_function(x):
    """Of x in 0..1, (rows, 8)."""
    return np.prod((np.abs(4 * x - 2) + COEFFICIENTS) / (1 + COEFFICIENTS), axis=1)


def ishigami_shares(rows):
    return _shares(ishigami, 3, rows)


def g_shares(rows):
    return _shares(g_function, len(COEFFICIENTS), rows)


def _shares(function, inputs, rows):
    one, other = (uniforms(key_of(9, half), rows * inputs).reshape(rows, inputs) for half in (0, 1))
    mixed = []
    for source in range(inputs):
        x = one.copy()
        x[:, source] = other[:, source]
        mixed.append(function(x))
    return sobol_shares(function(one), function(other), np.array(mixed))
