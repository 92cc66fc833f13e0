#!/usr/bin/env python3
"""Plants faults in a dataset of photographs, to measure how well an audit finds them.

    pip install numpy pillow scikit-learn scikit-image matplotlib
    python3 Scripts/plant_faults.py ham10000/manifest.csv planted

reads a table with the columns image, patient and label, whose photographs are beside it, and writes to the
folder `planted`:

- `manifest.csv`: the photographs with the faults in them, in random order and under names that tell nothing,
- `duplicates.csv`, `off-topic.csv` and `labels.csv`: the same with one kind of faults,
- `unlabelled.csv`: the first without its labels, for the training of an encoder,
- `images/`: all photographs,
- `truth.csv`: what each row is, for `measure_audit.py`.

Planted are, by default:

- 5 % near-duplicates: copies of photographs of different patients, under a patient of their own, re-encoded
  (JPEG quality 40 to 70), mirrored, turned by a multiple of 90 degrees, cropped (60 to 90 % of the area,
  enlarged to the original's size), brightened or darkened (by a factor of 0.7 to 1.3), or all of these;
- 5 % off-topic pictures: noise, gradients, text, line drawings, handwritten digits, and crops of everyday
  photographs, scans and micrographs from scikit-image, scikit-learn and matplotlib, with a random label;
- 10 % wrong labels: the label of a photograph replaced by another one, all equally likely.

A photograph has at most one of these faults. The same seed plants the same faults.
"""

import argparse
import csv
import io
import os
import shutil

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFont, ImageOps

DUPLICATES = ["re-encoded", "mirrored", "turned", "cropped", "brightness", "all"]
OFF_TOPIC = ["noise", "gradient", "text", "drawing", "digits", "everyday"]


def cropped(image, rng):
    width, height = image.size
    side = np.sqrt(rng.uniform(0.6, 0.9))
    w, h = int(width * side), int(height * side)
    left, top = rng.integers(0, width - w + 1), rng.integers(0, height - h + 1)
    return image.crop((left, top, left + w, top + h)).resize((width, height), Image.Resampling.BICUBIC)


def mirrored(image, rng):
    return ImageOps.mirror(image) if rng.random() < 0.5 else ImageOps.flip(image)


def turned(image, rng):
    return image.rotate(int(rng.choice([90, 180, 270])), expand=True)


def brightness(image, rng):
    factor = rng.uniform(0.7, 0.9) if rng.random() < 0.5 else rng.uniform(1.1, 1.3)
    return ImageEnhance.Brightness(image).enhance(factor)


def duplicate(image, kind, rng):
    """Returns a changed copy, and the JPEG quality to store it with."""
    steps = {"mirrored": [mirrored], "turned": [turned], "cropped": [cropped], "brightness": [brightness],
             "all": [mirrored, turned, cropped, brightness], "re-encoded": []}[kind]
    for step in steps:
        image = step(image, rng)
    return image, int(rng.integers(40, 71)) if kind in ("re-encoded", "all") else 90


def noise(size, rng):
    width, height = size
    coarse = int(rng.choice([1, 2, 4, 8]))
    shape = (height // coarse + 1, width // coarse + 1) + ((3,) if rng.random() < 0.5 else ())
    values = rng.integers(0, 256, shape).astype(np.uint8)
    image = Image.fromarray(values).convert("RGB").resize(size, Image.Resampling.NEAREST)
    return image


def gradient(size, rng):
    width, height = size
    x, y = np.meshgrid(np.linspace(0, 1, width), np.linspace(0, 1, height))
    angle = rng.uniform(0, 2 * np.pi)
    share = x * np.cos(angle) + y * np.sin(angle)
    if rng.random() < 0.3:
        share = np.hypot(x - rng.random(), y - rng.random())
    share = ((share - share.min()) / (share.max() - share.min()))[..., None]
    one, other = rng.uniform(0, 255, 3), rng.uniform(0, 255, 3)
    return Image.fromarray((one * (1 - share) + other * share).astype(np.uint8))


def text(size, rng):
    words = ("patient history referred with a lesion since months no family history biopsy taken report "
             "signed consent date clinic number letter follow up excision margin clear left right arm").split()
    dark = rng.random() < 0.2
    image = Image.new("RGB", size, (20, 20, 20) if dark else (250, 250, 248))
    draw = ImageDraw.Draw(image)
    height = int(rng.integers(9, 22))
    font = ImageFont.load_default(size=height)
    y = int(rng.integers(0, 10))
    while y < size[1]:
        line = " ".join(rng.choice(words, 14))
        draw.text((int(rng.integers(2, 8)), y), line, font=font, fill=(230,) * 3 if dark else (25, 25, 40))
        y += int(height * rng.uniform(1.2, 1.8))
    return image


def drawing(size, rng):
    image = Image.new("RGB", size, tuple(int(v) for v in rng.integers(200, 256, 3)))
    draw = ImageDraw.Draw(image)
    for _ in range(int(rng.integers(4, 14))):
        points = [tuple(map(float, rng.uniform(0, 1, 2) * size)) for _ in range(int(rng.integers(2, 6)))]
        color = tuple(int(v) for v in rng.integers(0, 160, 3))
        shape = rng.integers(0, 3)
        if shape == 0:
            draw.line(points, fill=color, width=int(rng.integers(1, 5)))
        else:
            (a, b), (c, d) = points[:2]
            box = (min(a, c), min(b, d), max(a, c), max(b, d))
            (draw.ellipse if shape == 1 else draw.rectangle)(box, outline=color, width=int(rng.integers(1, 5)))
    return image


class Collections:
    """Pictures that come with Python packages."""

    def __init__(self):
        import matplotlib
        import skimage.data
        import sklearn.datasets
        self.digits = sklearn.datasets.load_digits().images
        folder = os.path.dirname(skimage.data.__file__)
        sample = os.path.join(os.path.dirname(matplotlib.__file__), "mpl-data", "sample_data")
        names = ["coffee.png", "camera.png", "astronaut.png", "gravel.png", "brick.png", "hubble_deep_field.jpg",
                 "page.png", "moon.png", "grass.png", "ihc.png", "cell.png", "rocket.jpg", "chelsea.png",
                 "coins.png", "motorcycle_left.png"]
        paths = [os.path.join(folder, name) for name in names]
        paths = [path for path in paths if os.path.exists(path)]
        self.photographs = [Image.open(path).convert("RGB") for path in paths]
        self.photographs += [Image.fromarray(im) for im in sklearn.datasets.load_sample_images().images]
        self.photographs.append(Image.open(os.path.join(sample, "grace_hopper.jpg")).convert("RGB"))

    def digit(self, size, rng):
        page = np.concatenate([np.concatenate([self.digits[rng.integers(len(self.digits))] for _ in range(columns)], 1)
                               for columns in [int(rng.integers(1, 6))] for _ in range(int(rng.integers(1, 4)))], 0)
        image = Image.fromarray((page * 255 / 16).astype(np.uint8)).convert("RGB")
        if rng.random() < 0.5:
            image = ImageOps.invert(image)
        return image.resize(size, Image.Resampling.BICUBIC)

    def everyday(self, size, rng):
        image = self.photographs[rng.integers(len(self.photographs))]
        ratio = size[0] / size[1]
        height = rng.uniform(0.4, 1) * min(image.height, image.width / ratio)
        width = height * ratio
        left, top = rng.uniform(0, image.width - width), rng.uniform(0, image.height - height)
        return image.crop((left, top, left + width, top + height)).resize(size, Image.Resampling.BICUBIC)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("manifest")
    parser.add_argument("out")
    parser.add_argument("--duplicates", type=float, default=0.05)
    parser.add_argument("--off-topic", type=float, default=0.05)
    parser.add_argument("--wrong-labels", type=float, default=0.1)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--limit", type=int, help="read so many photographs, for a trial")
    options = parser.parse_args()
    rng = np.random.default_rng(options.seed)
    with open(options.manifest, newline="") as file:
        rows = list(csv.DictReader(file))
    rows = rows[:options.limit]
    folder = os.path.dirname(options.manifest)
    classes = sorted({row["label"] for row in rows})

    order = rng.permutation(len(rows))
    wrong = set(order[:round(options.wrong_labels * len(rows))].tolist())
    copied, patients = [], set()
    for index in order[len(wrong):]:  # one photograph of a patient
        if len(copied) == round(options.duplicates * len(rows)):
            break
        if rows[index]["patient"] not in patients:
            copied.append(int(index))
            patients.add(rows[index]["patient"])

    entries = []
    for index, row in enumerate(rows):
        label = row["label"]
        if index in wrong:
            label = str(rng.choice([name for name in classes if name != label]))
        entries.append(dict(kind="original", detail="wrong label" if index in wrong else "", source=row["image"],
                            patient=row["patient"], label=label, true=row["label"]))
    size = None
    pictures = {}
    for number, index in enumerate(copied):
        row = rows[index]
        image = Image.open(os.path.join(folder, row["image"])).convert("RGB")
        size = size or image.size
        kind = DUPLICATES[number % len(DUPLICATES)]
        buffer = io.BytesIO()
        copy, quality = duplicate(image, kind, rng)
        copy.save(buffer, "JPEG", quality=quality)
        pictures[len(entries)] = buffer.getvalue()
        entries.append(dict(kind="duplicate", detail=kind, source=row["image"], patient=f"copy {number}",
                            label=row["label"], true=row["label"]))
    collections = Collections()
    makers = dict(noise=noise, gradient=gradient, text=text, drawing=drawing, digits=collections.digit,
                  everyday=collections.everyday)
    for number in range(round(options.off_topic * len(rows))):
        kind = OFF_TOPIC[number % len(OFF_TOPIC)]
        buffer = io.BytesIO()
        makers[kind](size or (200, 150), rng).save(buffer, "JPEG", quality=90)
        pictures[len(entries)] = buffer.getvalue()
        entries.append(dict(kind="off-topic", detail=kind, source="", patient=f"other {number}",
                            label=rows[rng.integers(len(rows))]["label"], true=""))

    os.makedirs(os.path.join(options.out, "images"), exist_ok=True)
    tables = {name: [["image", "patient", "label"]]
              for name in ("manifest", "unlabelled", "duplicates", "off-topic", "labels")}
    with open(os.path.join(options.out, "truth.csv"), "w", newline="") as truth:
        known = csv.writer(truth)
        known.writerow(["image", "kind", "detail", "source", "patient", "label", "true"])
        for place, number in enumerate(rng.permutation(len(entries)).tolist()):
            entry = entries[number]
            name = f"images/{place:05d}.jpg"
            path = os.path.join(options.out, name)
            if number in pictures:
                with open(path, "wb") as file:
                    file.write(pictures[number])
            else:
                shutil.copyfile(os.path.join(folder, entry["source"]), path)
            tables["manifest"].append([name, entry["patient"], entry["label"]])
            tables["unlabelled"].append([name, entry["patient"], ""])
            if entry["kind"] == "original":
                tables["labels"].append([name, entry["patient"], entry["label"]])
            for table, kind in [("duplicates", "duplicate"), ("off-topic", "off-topic")]:
                if entry["kind"] in ("original", kind):
                    tables[table].append([name, entry["patient"], entry["true"] or entry["label"]])
            known.writerow([name] + [entry[key] for key in ("kind", "detail", "source", "patient", "label", "true")])
    for name, table in tables.items():
        with open(os.path.join(options.out, f"{name}.csv"), "w", newline="") as file:
            csv.writer(file).writerows(table)
    print(f"{len(rows)} photographs, {len(copied)} near-duplicates, {round(options.off_topic * len(rows))} off-topic "
          f"pictures, {len(wrong)} wrong labels")


if __name__ == "__main__":
    main()
