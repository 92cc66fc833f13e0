"""Checks an exported network with ONNX's checker, and compares what ONNX Runtime makes of photographs with `predict`.

    python3 -m venv venv && venv/bin/pip install onnx onnxruntime numpy pillow
    SkinMICLe export --run RUN --onnx model.onnx && SkinMICLe predict --run RUN --csv said.csv PHOTOGRAPHS
    venv/bin/python Scripts/check_onnx.py model.onnx said.csv

The table names the photographs. Each is cropped to its middle, as the file's metadata says; one that has to be
resized for it, by Pillow and rounded to bytes, has probabilities that differ by more than rounding. The exit status is 1 if those of a photograph that is not resized differ by more than 1e-5 (the
table has five digits) or the calibrated ones do not add up to 1.
"""
import csv, json, sys
import numpy as np, onnx, onnxruntime
from PIL import Image, ImageOps

model = onnx.load(sys.argv[1])
onnx.checker.check_model(model, full_check=True)
notes = {entry.key: entry.value for entry in model.metadata_props}
classes, size = json.loads(notes["loupe.classes"]), int(notes["loupe.size"])
print(f"opset {model.opset_import[0].version}:", ", ".join(sorted({node.op_type for node in model.graph.node})))
print(", ".join(f"{key} {value}" for key, value in sorted(notes.items())))


def crop(path):
    """The middle of a photograph, and whether it had to be resized."""
    image = ImageOps.exif_transpose(Image.open(path)).convert("L" if notes["loupe.channels"] == "1" else "RGB")
    short = max(size, round(size / float(notes["loupe.crop"])))
    resized = min(image.size) != short
    if resized:
        across, down = (short * side // min(image.size) for side in image.size)
        image = image.resize((across, down), Image.Resampling.BILINEAR)
    left, top = round((image.width - size) / 2), round((image.height - size) / 2)
    image = image.crop((left, top, left + size, top + size))
    return np.asarray(image, np.uint8).reshape(size, size, -1), resized


rows = list(csv.reader(open(sys.argv[2], newline="")))
columns = [rows[0].index(name) for name in classes]
crops = [crop(row[0]) for row in rows[1:]]
images = np.stack([image for image, _ in crops])
resized = np.array([changed for _, changed in crops])
session = onnxruntime.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
outputs = dict(zip([port.name for port in session.get_outputs()], session.run(None, {"images": images})))
said = np.array([[float(row[column]) for column in columns] for row in rows[1:]])
difference = np.abs(outputs["probabilities"] - said).max(1)
print(f"{len(said)} photographs, {resized.sum()} of them resized; the same class: "
      f"{(outputs['probabilities'].argmax(1) == said.argmax(1)).mean():.1%}")
for name, part in [("as they are", ~resized), ("resized", resized)]:
    if part.any():
        print(f"largest difference of a probability, {name}: {difference[part].max():.2e}")
one = session.run(["probabilities"], {"images": images[:1]})[0]
print(f"of one photograph by itself: {np.abs(one - outputs['probabilities'][:1]).max():.2e}")
sums = np.abs(outputs["calibrated"].sum(1) - 1).max() if "calibrated" in outputs else 0
sys.exit(bool((difference[~resized] > 1e-5).any() or sums > 1e-5))
