"""Recomputes the metrics of a run with scikit-learn 1.9.

    python3 -m venv venv && venv/bin/pip install scikit-learn && venv/bin/python Scripts/check_metrics.py RUN_FOLDER

Reads results.json and the tables of predictions that it names, and compares the value of every metric of every branch,
repetition, class and difference. Intervals and p-values are not recomputed, as they depend on random numbers. Prints
the largest difference of each metric; the exit status is 1 if one is above 1e-9 or a value is missing, 2 without files.
"""
import csv, json, os, sys, warnings
import numpy as np
from sklearn import metrics as m

BINS = 15


def predicted_classes(scores, y):
    """A tie with the label is a miss: the first other class that has the highest score."""
    result = scores.argmax(1)
    for i, label in enumerate(y):
        others = [c for c in np.flatnonzero(scores[i] == scores[i].max()) if c != label]
        if others:
            result[i] = others[0]
    return result


def top_accuracy(scores, y, k):
    own = scores[np.arange(len(y)), y]
    return float(np.mean((scores >= own[:, None]).sum(1) - 1 < k))


def per_class(scores, y, predicted, c):
    """The measures of one class against the rest; None where the comments on ClassMeasure say undefined."""
    present, named, rest = (y == c).any(), (predicted == c).any(), (y != c).any()
    values = {key: None for key in ["sensitivity", "specificity", "precision", "f1", "auc", "averagePrecision"]}
    if present:
        values["sensitivity"] = m.recall_score(y == c, predicted == c)
        values["averagePrecision"] = m.average_precision_score(y == c, scores[:, c])
    if rest:
        values["specificity"] = m.recall_score(y != c, predicted != c)
    if present or named:
        values["precision"] = m.precision_score(y == c, predicted == c, zero_division=0)
        values["f1"] = m.f1_score(y == c, predicted == c, zero_division=0)
    if present and rest:
        values["auc"] = m.roc_auc_score(y == c, scores[:, c])
    return {key: None if value is None else float(value) for key, value in values.items()}


def means(each, scores, y, predicted):
    """The macro means and the means by support; by scikit-learn where it has the same rule for missing classes."""
    support = np.bincount(y, minlength=len(each))
    macro, weighted = {}, {}
    for key in each[0]:
        known = [c for c in range(len(each)) if each[c][key] is not None]
        if known:
            macro[key] = float(np.mean([each[c][key] for c in known]))
        if support[known].sum() > 0:
            weighted[key] = float(np.average([each[c][key] for c in known], weights=support[known]))
    for average, values in [("macro", macro), ("weighted", weighted)]:
        values["f1"] = float(m.f1_score(y, predicted, average=average, zero_division=0))
        values["precision"] = float(m.precision_score(y, predicted, average=average, zero_division=0))
    present = sorted(set(y.tolist()))
    macro["sensitivity"] = float(m.recall_score(y, predicted, labels=present, average="macro"))
    return macro, weighted


def calibration_error(confidence, correct):
    """The expected calibration error, and the count, mean confidence and accuracy of each bin."""
    error, found = 0.0, []
    for b in range(BINS):
        inside = (confidence * BINS <= b + 1) & ((confidence * BINS > b) | (b == 0))
        count = int(inside.sum())
        found.append([count] + [float(x[inside].mean()) if count else None for x in (confidence, correct)])
        if count:
            error += count / len(confidence) * abs(correct[inside].mean() - confidence[inside].mean())
    return float(error), found


def brier(scores, y):
    return float(np.mean(((scores - np.eye(scores.shape[1])[y]) ** 2).sum(1))) if scores.shape[1] < 2 else float(
        m.brier_score_loss(y, scores, labels=range(scores.shape[1]), scale_by_half=False))


def log_loss(scores, y):
    return 0.0 if scores.shape[1] < 2 else float(m.log_loss(y, scores, labels=range(scores.shape[1])))


def run_metrics(scores, y):
    """The metrics of results.json, and the measures of each class."""
    predicted = predicted_classes(scores, y)
    each = [per_class(scores, y, predicted, c) for c in range(scores.shape[1])]
    macro, weighted = means(each, scores, y, predicted)
    correct = (predicted == y).astype(float)
    return {
        "top1": top_accuracy(scores, y, 1), "top3": top_accuracy(scores, y, 3),
        "balanced": macro.get("sensitivity"), "f1": macro.get("f1"), "auc": macro.get("auc"),
        "specificity": macro.get("specificity"), "precision": macro.get("precision"),
        "weightedF1": weighted.get("f1"), "averagePrecision": macro.get("averagePrecision"),
        "brier": brier(scores, y), "logLoss": log_loss(scores, y),
        "ece": calibration_error(scores.max(1), correct)[0],
    }, each


def read_predictions(path):
    """The scores and labels of the test photographs of a table."""
    with open(path, newline="", encoding="utf-8") as file:
        rows = csv.reader(file)
        classes = next(rows)[4:]
        test = [row for row in rows if row[2] == "test"]
    # The digits identify numbers of single precision.
    scores = np.array([row[4:] for row in test], dtype=np.float32).astype(float)
    return scores, np.array([classes.index(row[3]) for row in test])


def mean(values):
    return None if not values or any(value is None for value in values) else float(np.mean(values))


def check(folder):
    with open(os.path.join(folder, "results.json"), encoding="utf-8") as file:
        results = json.load(file)
    repetitions = {}
    for stage in results.get("run", {}).get("stages", []):
        if stage.get("predictions"):
            scores, y = read_predictions(os.path.join(folder, stage["predictions"]))
            repetitions.setdefault(stage["name"], []).append(run_metrics(scores, y))

    largest, compared = {}, 0

    def compare(what, found, expected):
        nonlocal compared
        compared += 1
        if (found is None) != (expected is None):
            distance = float("inf")
        else:
            distance = 0.0 if found is None else abs(found - expected)
        largest[what] = max(largest.get(what, 0.0), distance)

    for branch in results["branches"]:
        own = repetitions.get(branch["name"])
        if own is None:
            print(f"There is no table of predictions of {branch['name']}.")
            largest[branch["name"]] = float("inf")
            continue
        for key in own[0][0]:
            if key not in branch:
                continue
            values = [metrics[key] for metrics, _ in own]
            compare(key, branch[key]["interval"]["value"], mean(values))
            for found, expected in zip(branch[key]["repetitions"], values, strict=True):
                compare(key, found, expected)
        for c, values in enumerate(branch.get("perClass", [])):
            for key in own[0][1][c]:
                expected = mean([each[c][key] for _, each in own])
                compare(f"{key} of classes", values[key]["value"], expected)
    for difference in results["differences"]:
        of, over = repetitions.get(difference["of"]), repetitions.get(difference["over"])
        for key in (of[0][0] if of and over else []):
            if key in difference:
                first, second = mean([x[key] for x, _ in of]), mean([x[key] for x, _ in over])
                expected = None if first is None or second is None else first - second
                compare(f"{key} of differences", difference[key]["interval"]["value"], expected)

    for what, distance in largest.items():
        print(f"{what:32}{distance:.1e}")
    print(f"{compared} values")
    return 0 if compared and all(distance <= 1e-9 for distance in largest.values()) else 1


if __name__ == "__main__":
    warnings.filterwarnings("ignore", message="The y_prob values do not sum to one")
    if len(sys.argv) != 2 or not os.path.exists(os.path.join(sys.argv[1], "results.json")):
        sys.exit(print(__doc__, file=sys.stderr) or 2)
    sys.exit(check(sys.argv[1]))
