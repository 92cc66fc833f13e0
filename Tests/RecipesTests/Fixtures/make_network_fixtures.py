"""Writes networks.json: torchvision's names and shapes, and the logits of networks whose weights follow a formula.

    pip install torch==2.13.0+cpu numpy && pip install --no-deps torchvision==0.28.0
    python3 Tests/RecipesTests/Fixtures/make_network_fixtures.py

`layouts` has for each network the number of tensors in its state_dict (without num_batches_tracked), of their elements,
and a hash of the lines "name [shape]", sorted. `logits` has the results of torchvision's networks in double precision, in
inference mode, for two images of 64 pixels, normalised as torchvision's weights expect. Every weight and pixel is
that of formula.py; the index of the images runs through [N, H, W, C].
"""
import json, math, pathlib
import torch
import torch.nn as nn
library = torch.library.Library("torchvision", "DEF")  # the wheel's detection operators need not be loadable
for operator in ("nms", "qnms"):
    library.define(f"{operator}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
import torchvision.models as models
from torchvision.models.resnet import Bottleneck, ResNet
from formula import fnv1a, values


class Scaled(ResNet):
    """A ResNet with all channels multiplied, as SimCLR's 2x and 4x."""

    def __init__(self, block, layers, width):
        self.width = width
        super().__init__(block, layers)
        self.conv1 = nn.Conv2d(3, 64 * width, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(64 * width)
        self.fc = nn.Linear(512 * block.expansion * width, 1000)

    def _make_layer(self, block, planes, blocks, stride=1, dilate=False):
        if planes == 64:
            self.inplanes = 64 * self.width
        return super()._make_layer(block, planes * self.width, blocks, stride, dilate)


def weight(name, shape):
    if len(shape) > 1:
        bound = math.sqrt((96 if len(shape) == 2 else 6) / math.prod(shape[1:]))
        return values(name, shape, -bound, bound)
    return values(name, shape, *((0.5, 1) if name.endswith(".weight") else (0.5, 1.5) if name.endswith("running_var") else (-0.1, 0.1)))


def tensors(network):
    return {n: t for n, t in network.state_dict().items() if not n.endswith("num_batches_tracked")}


def layout(network):
    lines = sorted(f"{n} {list(t.shape)}" for n, t in tensors(network).items())
    return {"tensors": len(lines), "elements": sum(t.numel() for t in tensors(network).values()), "hash": f"{fnv1a(chr(10).join(lines)):016x}"}


def logits(network):
    network.load_state_dict({n: weight(n, tuple(t.shape)) for n, t in tensors(network).items()}, strict=False)
    images = values("images", (2, 64, 64, 3), 0, 1).permute(0, 3, 1, 2)
    mean, std = (torch.tensor(v, dtype=torch.float64).reshape(3, 1, 1) for v in ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]))
    network.eval()
    with torch.no_grad():
        single = network(((images - mean) / std).float())
        double = network.double()((images.double() - mean) / std)
    print(f"largest {double.abs().max():.3f}, deviation {double.std():.3f}, single precision off by {(single - double).abs().max():.1e}")
    return double.tolist()


with torch.device("meta"):
    layouts = {n: layout(getattr(models, n)()) for n in ("resnet34", "resnet101", "resnet152", "wide_resnet50_2", "wide_resnet101_2")}
    layouts |= {"resnet50 2x": layout(Scaled(Bottleneck, [3, 4, 6, 3], 2)), "resnet50 4x": layout(Scaled(Bottleneck, [3, 4, 6, 3], 4)),
                "resnet152 2x": layout(Scaled(Bottleneck, [3, 8, 36, 3], 2))}
found = {"layouts": layouts, "logits": {n: logits(getattr(models, n)(num_classes=10)) for n in ("resnet18", "resnet50")}}
pathlib.Path(__file__).with_name("networks.json").write_text(json.dumps(found, indent=1) + "\n")
