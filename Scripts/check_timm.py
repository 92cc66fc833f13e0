"""Compares a folder of `SkinMICLe export --timm` with the predictions of `SkinMICLe predict --csv`.

    pip install timm torch torchvision pillow numpy
    SkinMICLe export --run RUN --timm FOLDER
    SkinMICLe predict --run RUN --csv said.csv PHOTOGRAPH...
    python Scripts/check_timm.py FOLDER said.csv [MIRRORED]

MIRRORED is 1 (the default) if the run averaged the probabilities of each image and its three mirror images, else 0. The
photographs are read with Pillow, whose decoder and resampling differ from the run's in the last bits: to compare the
networks alone, the photographs must need no resizing, being PPM files whose center square of 7/8 has the model's size.
"""

import csv
import pathlib
import sys

import numpy
import PIL.Image
import PIL.ImageOps
import timm
import torch

folder, table = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
mirrored = len(sys.argv) < 4 or sys.argv[3] == "1"
model = timm.create_model(f"local-dir:{folder}", pretrained=True).eval()
config = model.pretrained_cfg
channels, size, _ = config["input_size"]
mean = torch.tensor(config["mean"]).view(1, -1, 1, 1)
deviation = torch.tensor(config["std"]).view(1, -1, 1, 1)


def crop(path):
    """The center square, as in the run."""
    image = PIL.ImageOps.exif_transpose(PIL.Image.open(path)).convert("L" if channels == 1 else "RGB")
    short = round(size / config["crop_pct"])
    width, height = image.size
    shape = (short, short * height // width) if width <= height else (short * width // height, short)
    if image.size != shape:
        image = image.resize(shape, PIL.Image.Resampling.BILINEAR)
    left, top = round((shape[0] - size) / 2), round((shape[1] - size) / 2)
    pixels = numpy.asarray(image.crop((left, top, left + size, top + size)), dtype=numpy.float32) / 255
    return torch.from_numpy(pixels.reshape(size, size, channels)).permute(2, 0, 1)


with open(table, newline="") as stream:
    rows = list(csv.reader(stream))
classes = [index for index, name in enumerate(rows[0]) if name not in ("image", "prediction set")]
worst = 0.0
with torch.no_grad():
    for row in rows[1:]:
        image = (crop(row[0]).unsqueeze(0) - mean) / deviation
        flips = [[], [3], [2], [2, 3]] if mirrored else [[]]
        found = sum(torch.softmax(model(image.flip(axes)), 1) for axes in flips) / len(flips)
        expected = torch.tensor([float(row[index]) for index in classes])
        worst = max(worst, float((found[0] - expected).abs().max()))
print(f"{len(rows) - 1} photographs, largest difference of a probability {worst:.2e} (the table has five decimals)")
sys.exit(worst > 1e-5 + 5e-6)
