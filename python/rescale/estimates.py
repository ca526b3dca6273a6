# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Means and areas under curves of paired samples, with standard errors.

docs/Evaluation.md has the formulas.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from .errors import RescaleError


@dataclass(frozen=True)
class Estimate:
    """A figure of a network, beside that of a reference on the same samples.

    None stands for what is not there: everything after `standard_error`
    without a reference, errors of a single sample, and z where the error of
    a difference is 0 and the difference is not.
    """

    value: float
    standard_error: float | None
    reference: float | None = None
    reference_standard_error: float | None = None
    difference: float | None = None
    difference_standard_error: float | None = None
    z: float | None = None


def _ratio(difference: float, error: float | None) -> float | None:
    if error is None or error == 0:
        return 0.0 if difference == 0 else None
    return difference / error


def _mean(values: np.ndarray) -> tuple[float, float | None]:
    """Returns the mean and its standard error."""
    n = len(values)
    error = None
    if n > 1:
        error = float(np.std(values, ddof=1)) / math.sqrt(n)
    return float(np.mean(values)), error


def paired_means(
    values: np.ndarray, reference: np.ndarray | None = None
) -> Estimate:
    """Estimates a mean from the figures of samples, paired by position."""
    if reference is None:
        return Estimate(*_mean(values))
    difference, error = _mean(values - reference)
    return Estimate(
        *_mean(values),
        *_mean(reference),
        difference,
        error,
        _ratio(difference, error),
    )


def _midranks(values: np.ndarray) -> np.ndarray:
    """Returns ranks from 1; equal values share the mean of theirs."""
    _, inverse, counts = np.unique(
        values, return_inverse=True, return_counts=True
    )
    last = np.cumsum(counts)
    return (last - (counts - 1) / 2)[inverse]


def _placements(
    scores: np.ndarray, is_positive: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Returns, for each sample, the share of the other class it wins against.

    Positive samples above negative ones, and negative ones below positive
    ones; a tie is half a win. The mean of either is the area.
    """
    positive, negative = scores[is_positive], scores[~is_positive]
    ranks = _midranks(scores)
    above = (ranks[is_positive] - _midranks(positive)) / len(negative)
    below = 1 - (ranks[~is_positive] - _midranks(negative)) / len(positive)
    return above, below


def areas(
    labels: np.ndarray,
    scores: np.ndarray,
    reference: np.ndarray | None = None,
) -> Estimate:
    """Estimates the area under the ROC curve, paired as DeLong et al. do.

    labels: 1 for what should have the higher scores, 0 for the others.

    Raises RescaleError for other labels, or where one of them is missing.
    """
    if not np.isin(labels, (0, 1)).all():
        wrong = labels[~np.isin(labels, (0, 1))][0]
        raise RescaleError(
            f"requires labels of 0 and 1 for auc, got {wrong}; take top1 for "
            "more classes"
        )
    is_positive = labels.astype(bool)
    positives = int(is_positive.sum())
    negatives = len(labels) - positives
    if not positives or not negatives:
        raise RescaleError(
            "requires samples of both labels for auc, got "
            f"{positives} of 1 and {negatives} of 0"
        )

    def estimate(parts: tuple[np.ndarray, np.ndarray]) -> tuple:
        """Returns an area, or a difference of two, and its error."""
        above, below = parts
        area = float(np.mean(above))
        if positives < 2 or negatives < 2:
            return area, None
        variance = np.var(above, ddof=1) / positives
        variance += np.var(below, ddof=1) / negatives
        return area, math.sqrt(variance)

    own = _placements(scores, is_positive)
    if reference is None:
        return Estimate(*estimate(own))
    other = _placements(reference, is_positive)
    # The variance of a difference is that of the differences of placements.
    difference, error = estimate((own[0] - other[0], own[1] - other[1]))
    return Estimate(
        *estimate(own),
        *estimate(other),
        difference,
        error,
        _ratio(difference, error),
    )


def log_softmax(logits: np.ndarray) -> np.ndarray:
    """Returns the logarithms of the probabilities of each row."""
    shifted = logits - logits.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def divergence(to: np.ndarray, of: np.ndarray) -> np.ndarray:
    """Returns the KL divergence KL(to || of) of each row, in nats.

    Both are logarithms of probabilities, those of `of` finite; a probability
    of 0 in `to` adds nothing.
    """
    shares = np.exp(to)
    differences = np.where(shares > 0, to, 0.0) - of
    return np.sum(np.where(shares > 0, shares * differences, 0.0), axis=1)
