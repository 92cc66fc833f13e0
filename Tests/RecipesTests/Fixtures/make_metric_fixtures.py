"""Metrics of random predictions by scikit-learn 1.9: metrics.json.

    python3 -m venv venv && venv/bin/pip install scikit-learn && venv/bin/python make_metric_fixtures.py

Each case has scores [samples, classes], labels, and their macro-averaged F1, balanced accuracy and macro-averaged area
under the curve. Of three cases one has a class without a sample that some are taken for, and one a class without either.
"""
import json, os
import numpy as np
from sklearn.metrics import balanced_accuracy_score, f1_score, roc_auc_score

random = np.random.default_rng(23)


def case(samples, classes, labels, never=()):
    y = random.choice(labels, samples)
    scores = np.round(random.normal(size=(samples, classes)) + 1.2 * (y[:, None] == np.arange(classes)), 3)
    scores[:, list(never)] -= 100
    assert all(len(set(row)) == classes for row in scores.tolist()), "a tie"
    predicted = scores.argmax(1)
    areas = [roc_auc_score(y == c, scores[:, c]) for c in sorted(set(y.tolist()))]
    return {
        "classes": classes, "scores": [round(float(x), 3) for x in scores.ravel()], "labels": y.tolist(),
        "f1": float(f1_score(y, predicted, average="macro")),
        "balanced": float(balanced_accuracy_score(y, predicted)), "auc": float(np.mean(areas)),
    }


cases = {
    "all classes": case(40, 4, [0, 1, 1, 2, 3]),
    "no sample of one": case(30, 5, [0, 1, 2, 4]),
    "one neither meant nor named": case(30, 5, [0, 1, 1, 3], never=[2]),
}
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "metrics.json"), "w") as file:
    json.dump(cases, file)
    file.write("\n")
