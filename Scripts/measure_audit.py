#!/usr/bin/env python3
"""Measures how well an audit found the faults that plant_faults.py has planted.

    pip install numpy
    python3 Scripts/measure_audit.py planted/truth.csv runs/planted/audit [more audits]

prints the area under the receiver operating characteristic (AUROC) and the average precision (AP) of each ranking:

- near-duplicates: of all pairs of photographs, by their distance, which are the planted ones? Pairs of one patient are
  left out, as several photographs of a lesion look alike without being planted, and so are pairs of a copy with another
  photograph of the copied one's patient, and pairs of two off-topic pictures, which may be alike.
- off-topic: of all photographs, by their score, which are the planted pictures? Copies are left out.
- wrong labels: of the labelled photographs, by their score, which labels were changed? Copies and off-topic pictures are
  left out.

Only faults are measured that are in the audited table. The distances are computed from the audit's own features, whose
first pairs are compared with its table.
"""

import csv
import json
import struct
import sys

import numpy as np


def read_features(path):
    with open(path, "rb") as file:
        length = struct.unpack("<Q", file.read(8))[0]
        entry = json.loads(file.read(length))["features"]
        start, end = entry["data_offsets"]
        file.seek(8 + length + start)
        return np.frombuffer(file.read(end - start), dtype=np.float32).reshape(entry["shape"]).astype(np.float64)


def rates(positive, negative):
    """AUROC and AP of scores, the lowest first; ties count half."""
    positive, negative = np.sort(positive), np.sort(negative)
    below = np.searchsorted(negative, positive, "left")
    upto = np.searchsorted(negative, positive, "right")
    auroc = 1 - (below + upto).mean() / 2 / len(negative)
    place = np.searchsorted(positive, positive, "right")
    return auroc, (place / (place + upto)).mean()


def line(name, positive, negative, parts=()):
    auroc, precision = rates(positive, negative)
    print(f"  {name:28} {len(positive):6} of {len(positive) + len(negative):9}  AUROC {auroc:.4f}  AP {precision:.3f}")
    for part, chosen in parts:
        auroc, precision = rates(positive[chosen], negative)
        print(f"    {part:26} {chosen.sum():6}                   {auroc:.4f}     {precision:.3f}")


def parts(details):
    details = np.array(details)
    return [(name, details == name) for name in dict.fromkeys(details.tolist())]


def near_duplicates(rows, features, table):
    rows_of_source = {row["source"]: place for place, row in enumerate(rows) if row["kind"] == "original"}
    copies = [place for place, row in enumerate(rows) if row["kind"] == "duplicate"]
    if not copies:
        return
    unit = features / np.linalg.norm(features, axis=1, keepdims=True)
    patients = np.unique([row["patient"] for row in rows], return_inverse=True)[1]
    other = np.array([row["kind"] == "off-topic" for row in rows])
    origin = {copy: rows_of_source[rows[copy]["source"]] for copy in copies}
    positive = np.array([(1 - unit[copy] @ unit[origin[copy]]) / 2 for copy in copies])
    negative = []
    for place in range(len(rows)):
        distance = (1 - unit[place + 1:] @ unit[place]) / 2
        kept = (patients[place + 1:] != patients[place]) & ~(other[place] & other[place + 1:])
        if place in origin:
            kept &= patients[place + 1:] != patients[origin[place]]
        later = [copy for copy in copies if copy > place and patients[origin[copy]] == patients[place]]
        kept[[copy - place - 1 for copy in later]] = False
        negative.append(distance[kept].astype(np.float32))
    line("near-duplicates", positive.astype(np.float32), np.concatenate(negative),
         parts([rows[copy]["detail"] for copy in copies]))
    first = table[0]
    places = {row["image"]: place for place, row in enumerate(rows)}
    a, b = places[first["photograph 1"]], places[first["photograph 2"]]
    assert abs((1 - unit[a] @ unit[b]) / 2 - float(first["score"])) < 1e-9, "the table is of other features"


def main():
    with open(sys.argv[1], newline="") as file:
        truth = {row["image"]: row for row in csv.DictReader(file)}
    for folder in sys.argv[2:]:
        with open(f"{folder}/audit.json") as file:
            photographs = json.load(file)["findings"]["photographs"]
        tables = {}
        for name in ("near-duplicates", "off-topic", "label-errors"):
            with open(f"{folder}/{name}.csv", newline="") as file:
                tables[name] = list(csv.DictReader(file))
        rows = [truth[photograph["id"]] for photograph in photographs]
        print(f"{folder}: {len(rows)} photographs")
        near_duplicates(rows, read_features(f"{folder}/features.safetensors"), tables["near-duplicates"])

        scored = [(float(row["score"]), truth[row["photograph"]], row["likely"]) for row in tables["off-topic"]]
        scored = [entry for entry in scored if entry[1]["kind"] != "duplicate"]
        found = [entry for entry in scored if entry[1]["kind"] == "off-topic"]
        if found:
            line("off-topic", np.array([score for score, _, _ in found]),
                 np.array([score for score, row, _ in scored if row["kind"] == "original"]),
                 parts([row["detail"] for _, row, _ in found]))
        labels = [(float(row["score"]), truth[row["photograph"]], row["label"]) for row in tables["label-errors"]]
        labels = [entry for entry in labels if entry[1]["kind"] == "original"]
        wrong = [(score, row) for score, row, label in labels if label != row["true"]]
        if wrong:
            line("wrong labels", np.array([score for score, _ in wrong]),
                 np.array([score for score, row, label in labels if label == row["true"]]),
                 parts([row["true"] for _, row in wrong]))
        for name, table in tables.items():
            likely = [row for row in table if row["likely"]]
            print(f"  {name}: {len(likely)} below the automatic threshold")


if __name__ == "__main__":
    main()
