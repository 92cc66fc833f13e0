"""Metrics of random predictions by scikit-learn 1.9 and scipy: metrics.json.

    python3 -m venv venv && venv/bin/pip install scikit-learn && venv/bin/python make_metric_fixtures.py

Each case has scores [samples, classes], labels, the measures of each class (null where a class has none, as the
comments on ClassMeasure say), their means, and curves. Scores of "probabilities" are multiples of 1/64, so that there
are many ties and zeros and every sum is exactly 1; their metrics of calibration are there, too.
"""
import json, os, sys, warnings
import numpy as np
from scipy.optimize import brentq
from sklearn import metrics as m

here = os.path.dirname(os.path.abspath(__file__))
sys.path.append(os.path.join(here, "../../../Scripts"))
from check_metrics import calibration_error, log_loss, brier, means, per_class, predicted_classes

random = np.random.default_rng(23)
warnings.simplefilter("error")


def case(scores, y):
    classes = scores.shape[1]
    predicted = predicted_classes(scores, y)
    each = [per_class(scores, y, predicted, c) for c in range(classes)]
    macro, weighted = means(each, scores, y, predicted)
    result = {
        "classes": classes, "scores": scores.ravel().tolist(), "labels": y.tolist(), "perClass": each,
        "macro": macro, "weighted": weighted, "top1": float(m.accuracy_score(y, predicted)), "curves": [],
    }
    for c in range(classes):
        if each[c]["auc"] is None:
            continue
        fpr, tpr, _ = m.roc_curve(y == c, scores[:, c], drop_intermediate=False)
        precision, recall, _ = m.precision_recall_curve(y == c, scores[:, c])
        result["curves"].append({
            "class": c, "fpr": fpr.tolist(), "tpr": tpr.tolist(), "precision": precision.tolist(),
            "recall": recall.tolist()})
    if (scores >= 0).all() and (scores.sum(1) == 1).all():
        error, bins = calibration_error(scores.max(1), (predicted == y).astype(float))
        result["calibration"] = {
            "brier": brier(scores, y), "logLoss": log_loss(scores, y), "ece": error, "bins": bins,
            "brierPerClass": [
                float(m.brier_score_loss(y == c, scores[:, c], pos_label=True)) for c in range(classes)],
            "classwiseECE": float(np.mean(
                [calibration_error(scores[:, c], (y == c).astype(float))[0] for c in range(classes)])),
            "temperature": temperature(scores, y),
        }
    return result


def temperature(scores, y):
    """The root of the derivative of the log loss by 1 / T, in (1/100, 100)."""
    z = np.log(np.maximum(scores, 2.0 ** -149))

    def slope(inverse):
        w = np.exp(inverse * (z - z.max(1, keepdims=True)))
        return float(np.mean((w / w.sum(1, keepdims=True) * z).sum(1) - z[np.arange(len(y)), y]))

    return 1 / brentq(slope, 0.01, 100, xtol=1e-15, rtol=1e-14)


def normal(samples, classes, labels, never=(), digits=3):
    y = random.choice(labels, samples)
    scores = np.round(random.normal(size=(samples, classes)) + 1.2 * (y[:, None] == np.arange(classes)), digits)
    scores[:, list(never)] -= 100
    return case(scores.astype(np.float32).astype(float), y)


def probabilities(samples, classes, labels, skill=1.5):
    y = random.choice(labels, samples)
    logits = random.normal(size=(samples, classes)) + skill * (y[:, None] == np.arange(classes))
    p = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    return case(np.stack([random.multinomial(64, row) / 64 for row in p]), y)


cases = {
    "all classes": normal(40, 4, [0, 1, 1, 2, 3]),
    "no sample of one": normal(30, 5, [0, 1, 2, 4]),
    "one neither meant nor named": normal(30, 5, [0, 1, 1, 3], never=[2]),
    "ties": normal(60, 4, [0, 1, 2, 2, 3], digits=0),
    "one label": normal(12, 3, [1], digits=0),
    "one sample": normal(1, 3, [1]),
    "probabilities": probabilities(80, 4, [0, 1, 1, 2, 3]),
    "probabilities of two classes": probabilities(50, 2, [0, 1, 1, 1]),
    "probabilities without samples of some": probabilities(40, 6, [0, 1, 4], skill=1),
    "probabilities of one label": probabilities(10, 3, [2]),
}
with open(os.path.join(here, "metrics.json"), "w") as file:
    json.dump(cases, file)
    file.write("\n")
