"""How much each n-gram is trusted to tell a label: by how far its comments depart from what their sources lead to expect.

NB-SVM (Wang and Manning 2012, "Baselines and Bigrams") scales features by the log-ratio of their odds. Counted over a
mixture of sources, that ratio mostly says which source an n-gram comes from; so here each source's own share of
positives is what is expected of its comments (as in Mantel and Haenszel 1959), and only the rest counts as evidence.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix

from training.problems import Floats, Ints

_PRIOR = 1.0  # comments of either kind that every n-gram is taken to have been seen in beforehand


def log_ratios(features: csr_matrix, truth: Ints, weights: Floats, sources: Ints) -> Floats:
    """For each n-gram, the log of its odds of being found in a positive comment over those its sources give it."""
    found = csr_matrix((np.ones(features.nnz), features.indices, features.indptr), features.shape).T
    positives = weights * truth
    shares = np.bincount(sources, positives) / np.maximum(np.bincount(sources, weights), 1e-12)
    seen, positive = found @ weights, found @ positives
    expected = found @ (weights * shares[sources])
    ratios: Floats = np.log((positive + _PRIOR) / (expected + _PRIOR)) - np.log(
        (seen - positive + _PRIOR) / (seen - expected + _PRIOR)
    )
    return ratios


def trust(features: csr_matrix, ratios: Floats, base: Floats) -> Floats:
    """A factor for each n-gram: sqrt(base + |ratio|), of mean square 1 over all that the comments hold."""
    factors = np.sqrt(base + np.abs(ratios))
    mass = np.bincount(features.indices, features.data.astype(np.float64) ** 2, features.shape[1])
    whole = mass.sum()
    scale = np.sqrt((mass @ factors**2) / whole) if whole else 1.0
    trusted: Floats = factors / (scale or 1.0)
    return trusted
