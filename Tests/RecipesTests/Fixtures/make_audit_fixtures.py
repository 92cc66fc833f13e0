"""Audits of random features by the authors' package, selfclean 0.0.39: audit.json.

    python3 -m venv venv && venv/bin/pip install selfclean && venv/bin/python make_audit_fixtures.py

Each case has features [photographs, dimensions], labels, and what the cleaner of SelfClean says in double precision:
the pairs by their distance, the ranking of off-topic samples, the ranking of label errors, and the number of issues below
the automatic cut-off for some contaminations and significances. One case has a class with a single photograph, one has
equal photographs, one three photographs. `cut` is the cut-off itself, from the package's fit of scale and location.
"""
import json, os
import numpy as np
import scipy.stats
from selfclean.cleaner.auto_cleaning_mixin import AutoCleaningMixin
from selfclean.cleaner.selfclean_cleaner import SelfCleanCleaner

random = np.random.default_rng(7)


def cut(scores, alpha, q, photographs):
    pairs = len(scores) != photographs
    p = alpha**2 if pairs else alpha
    inside = scores[(scores > 0) & (scores < 1)]
    logits = np.log(inside / (1 - inside))
    scale, loc = AutoCleaningMixin.get_scale_loc(scipy.stats.logistic, logits, p, (0.5 * p) ** 0.5)
    return float(scipy.special.expit(scipy.stats.logistic.ppf(q * p * photographs / len(scores)) * scale + loc))


def case(features, labels):
    features = np.round(features, 4).astype(np.float32)
    photographs = len(features)
    cleaner = SelfCleanCleaner(memmap=False, precision_type_distance=np.float64, chunk_size=100, log_level="ERROR")
    cleaner.fit(features.astype(np.float64), labels=np.array(labels))
    distances, pairs = cleaner.get_near_duplicate_ranking()
    off_topic = cleaner.get_off_topic_ranking()
    errors = cleaner.get_label_error_ranking()
    cuts = []
    if photographs > 3:
        for alpha, q in [(0.01, 0.05), (0.1, 0.05), (0.2, 0.3)]:
            entry = {"contamination": alpha, "significance": q}
            for name, scores in [("pairs", distances), ("offTopic", off_topic[0]), ("labels", errors[0])]:
                scores = np.asarray(scores, dtype=np.float64)
                entry[name] = {"issues": len(cleaner.fraction_cut(scores, alpha=alpha, q=q)),
                               "cut": cut(scores, alpha, q, photographs)}
            cuts.append(entry)
    return {
        "dimensions": features.shape[1], "features": [round(float(x), 4) for x in features.ravel()],
        "labels": list(map(int, labels)),
        "pairs": [[int(a), int(b)] for a, b in pairs], "distances": [float(x) for x in distances],
        "offTopic": [int(x) for x in off_topic[1]], "offTopicScores": [float(x) for x in off_topic[0]],
        "errors": [int(x) for x in errors[1]], "errorScores": [float(x) for x in errors[0]],
        "cuts": cuts,
    }


def clusters(photographs, dimensions, classes, spread):
    centers = random.normal(size=(classes, dimensions))
    labels = random.integers(0, classes, photographs)
    return centers[labels] + spread * random.normal(size=(photographs, dimensions)), labels


features, labels = clusters(60, 6, 3, 0.5)
features[:4] = 2 * random.normal(size=(4, 6))  # off-topic
features[10], features[20] = features[30] + 0.01, features[40] * 1.5 + 0.002  # near-duplicates
labels[[5, 6, 7]] = (labels[[5, 6, 7]] + 1) % 3  # wrong
single = labels.copy()
single[12] = 3
blob, blob_labels = clusters(40, 5, 2, 1.5)
equal = blob.copy()
equal[7] = equal[9]
equal_labels = blob_labels.copy()
equal_labels[7] = equal_labels[9]
cases = {
    "clusters": case(features, labels),
    "a class of one": case(features[:30], single[:30]),
    "equal photographs": case(equal, equal_labels),
    "three": case(random.normal(size=(3, 4)), [0, 1, 1]),
}
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "audit.json"), "w") as file:
    json.dump(cases, file)
    file.write("\n")
