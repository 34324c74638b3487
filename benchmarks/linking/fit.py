"""Fit the weights of the comparisons on the tuning part, and print them for ``ukfr_graph/link/matching/comparisons.py``.

    UKFR_FCDO_CSV=… python benchmarks/linking/fit.py

A logistic regression over the levels of each comparison, with the right records against the 60 likeliest others of
each question. The test part is never read.
"""

from __future__ import annotations

import numpy as np
from labels import read_questions, read_records
from sklearn.linear_model import LogisticRegression

from ukfr_graph.link.matching import sides
from ukfr_graph.link.matching.comparisons import COMPARISONS
from ukfr_graph.link.matching.matcher import Matcher

OTHERS = 60
FITTED = ("title", "date", "parties", "kind", "change", "numbers")
STRENGTH = 2.0


def main() -> None:
    """Print each level's weight in bits, and how often it was seen."""
    questions, records = read_questions("tuning"), read_records()
    matcher = Matcher(records)
    _, levels, weights = matcher.score(sides.prepare([q.treaty for q in questions]))
    places = {record.identifier: at for at, record in enumerate(records)}
    rows, right = [], []
    for row, question in enumerate(questions):
        answers = {places[answer] for answer in question.answers}
        others = [int(at) for at in np.argsort(-weights[row])[:OTHERS] if np.isfinite(weights[row, at])]
        for at in dict.fromkeys([*answers, *others]):
            rows.append([levels[name][row, at] for name in FITTED])
            right.append(at in answers)
    table = {c.name: c.levels for c in COMPARISONS}
    columns = [(name, number) for name in FITTED for number in range(1, len(table[name]))]
    found = np.array(rows)
    inputs = np.stack([found[:, FITTED.index(name)] == number for name, number in columns], axis=1).astype(float)
    model = LogisticRegression(C=STRENGTH, max_iter=5000).fit(inputs, right)
    bits = model.coef_[0] / np.log(2)
    print(f"{len(right)} pairs, {sum(right)} right; prior {model.intercept_[0] / np.log(2):.2f}")
    for (name, number), weight, seen in zip(columns, bits, inputs.T, strict=True):
        hits = int(np.array(right)[seen > 0].sum())
        print(f"{name:10} {table[name][number].name:12} {weight:6.2f}   {hits} of {int(seen.sum())}")


if __name__ == "__main__":
    main()
