"""Writes views.json: what torchvision makes of small float images, for the tests of Sources/Recipes/Views.

pip install torch==2.13.0 numpy && pip install --no-deps torchvision==0.28.0 && python make_view_fixtures.py
Images are [height, width, channels] lists, row by row. All of it is computed in float64.
"""
import json
import pathlib

import torch

# The wheel's detection operators are not needed here, and its Python part wants to see them declared.
_library = torch.library.Library("torchvision", "DEF")
for _operator in ("nms", "qnms"):
    _library.define(f"{_operator}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
import torchvision.transforms.functional as F
from torchvision.transforms import InterpolationMode

BILINEAR = InterpolationMode.BILINEAR
BICUBIC = InterpolationMode.BICUBIC


def rotate(image, degrees):
    """torchvision fills what lies outside with a constant: show it the edge, and cut that off again."""
    pad = max(image.shape[-2:])
    turned = F.rotate(F.pad(image, [pad] * 4, padding_mode="edge"), degrees, interpolation=BILINEAR)
    return turned[..., pad:-pad, pad:-pad]


OPERATIONS = {
    "resize": lambda x, height, width: F.resize(x, [height, width], BILINEAR, antialias=True),
    "crop": lambda x, top, left, height, width, size:
        F.resized_crop(x, top, left, height, width, [size, size], BILINEAR, antialias=True),
    "bicubic resize": lambda x, height, width:
        F.resize(x, [height, width], BICUBIC, antialias=True).clamp(0, 1),
    "bicubic crop": lambda x, top, left, height, width, size:
        F.resized_crop(x, top, left, height, width, [size, size], BICUBIC, antialias=True).clamp(0, 1),
    "center": lambda x, size, fraction:
        F.center_crop(F.resize(x, round(size / fraction), BILINEAR, antialias=True), [size, size]),
    "flip": lambda x, horizontal, vertical:
        (F.vflip if vertical else lambda y: y)((F.hflip if horizontal else lambda y: y)(x)),
    "brightness": F.adjust_brightness,
    "contrast": F.adjust_contrast,
    "saturation": F.adjust_saturation,
    "hue": F.adjust_hue,
    "grey": lambda x: F.rgb_to_grayscale(x, 3),
    "blur": lambda x, kernel, sigma: F.gaussian_blur(x, [int(kernel)] * 2, [sigma] * 2),
    "rotate": rotate,
}

CASES = [
    (operation, image, arguments) for operation in ("resize", "bicubic resize") for image, arguments in (
        [("color", size) for size in ([17, 23], [5, 4], [11, 5], [3, 20], [1, 1], [9, 11])]
        + [("grey", size) for size in ([16, 6], [3, 5])])
] + [
    ("bicubic resize", "corners", [9, 13]), ("bicubic resize", "tall", [4, 3]),
] + [
    (operation, "color", arguments) for operation in ("crop", "bicubic crop")
    for arguments in ([2, 1, 6, 9, 8], [0, 0, 3, 2, 7], [1, 4, 8, 7, 3])
] + [
    ("center", "color", [7, 0.875]), ("center", "color", [4, 1.0]), ("center", "tall", [6, 0.875]),
    ("flip", "color", [1, 0]), ("flip", "color", [0, 1]), ("flip", "tall", [1, 1]),
    ("grey", "color", []), ("grey", "corners", []),
    ("blur", "color", [3, 0.1]), ("blur", "color", [3, 1.3]), ("blur", "color", [5, 2.0]),
    ("blur", "color", [7, 0.7]), ("blur", "grey", [5, 1.1]),
    ("rotate", "color", [30.0]), ("rotate", "color", [-45.0]), ("rotate", "color", [90.0]),
    ("rotate", "color", [0.0]), ("rotate", "tall", [12.5]), ("rotate", "grey", [-100.0]),
] + [
    (operation, image, [factor])
    for operation in ("brightness", "contrast", "saturation")
    for image in ("color", "corners", "grey") if not (operation == "saturation" and image == "grey")
    for factor in (0.0, 0.4, 1.0, 1.7)
] + [
    ("hue", image, [turns]) for image in ("color", "corners") for turns in (-0.5, -0.2, -0.01, 0.0, 0.13, 0.5)
]


def listed(image):
    height, width, channels = image.shape[1], image.shape[2], image.shape[0]
    pixels = [round(v, 6) for v in image.permute(1, 2, 0).flatten().tolist()]
    return {"height": height, "width": width, "channels": channels, "pixels": pixels}


def main():
    torch.manual_seed(7)
    corners = torch.tensor([[r, g, b] for r in (0, 1) for g in (0, 1) for b in (0, 1)] + [
        [0.5] * 3, [0.2, 0.2, 0.6], [0.9, 0.3, 0.9], [0.1, 0.8, 0.8]], dtype=torch.float64)
    images = {
        "color": torch.rand(3, 9, 11, dtype=torch.float64),
        "tall": torch.rand(3, 10, 7, dtype=torch.float64),
        "grey": torch.rand(1, 8, 9, dtype=torch.float64),
        "corners": corners.reshape(3, 4, 3).permute(2, 0, 1).contiguous(),
    }
    images = {name: torch.round(image * 1e6) / 1e6 for name, image in images.items()}
    cases = [
        {"operation": operation, "image": image, "arguments": arguments,
         "expected": listed(OPERATIONS[operation](images[image], *arguments))}
        for operation, image, arguments in CASES
    ]
    path = pathlib.Path(__file__).with_name("views.json")
    path.write_text(json.dumps({"images": {n: listed(i) for n, i in images.items()}, "cases": cases},
                               separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
