"""Gives PyTorch a network that was trained here, and prints what it makes of images.

    pip install torch safetensors
    python3 check_in_pytorch.py runs/skin/simclr.safetensors images.safetensors
    python3 check_in_pytorch.py runs/skin/simclr.classifier.safetensors images.safetensors --expected expected.safetensors

The first file is a stage's weight file. The network is built from the names and shapes in it, as torchvision has them: a
stem, blocks of two or three convolutions, and the head `fc` if there is one. The second file holds `images`, [N, H, W, C]
from 0 to 1; the normalisation that the weight file's metadata name is applied to them. Printed, or with --output written,
are `features` and, with a head, `probabilities`. --expected compares them with those in a file, and prints the largest
difference of each. Nothing else in this package needs Python.
"""
import argparse, re
import torch
import torch.nn as nn
import torch.nn.functional as F
from safetensors import safe_open
from safetensors.torch import load_file, save_file


def convolution(weight, stride=1):
    out, into, kernel, _ = weight.shape
    return nn.Conv2d(into, out, kernel, stride, kernel // 2, bias=False)


class Block(nn.Module):
    """A BasicBlock or a Bottleneck: it has as many convolutions as the file; the stride is in the first 3x3."""

    def __init__(self, tensors, stride):
        super().__init__()
        self.count = len([n for n in tensors if re.fullmatch(r"conv\d+\.weight", n)])
        strided = next(i for i in range(1, self.count + 1) if tensors[f"conv{i}.weight"].shape[2] == 3)
        for i in range(1, self.count + 1):
            weight = tensors[f"conv{i}.weight"]
            setattr(self, f"conv{i}", convolution(weight, stride if i == strided else 1))
            setattr(self, f"bn{i}", nn.BatchNorm2d(weight.shape[0]))
        shortcut = tensors.get("downsample.0.weight")
        self.downsample = None if shortcut is None else nn.Sequential(convolution(shortcut, stride), nn.BatchNorm2d(shortcut.shape[0]))

    def forward(self, x):
        y = x
        for i in range(1, self.count + 1):
            y = getattr(self, f"bn{i}")(getattr(self, f"conv{i}")(y))
            y = F.relu(y) if i < self.count else y
        return F.relu(y + (x if self.downsample is None else self.downsample(x)))


class Encoder(nn.Module):
    def __init__(self, tensors):
        super().__init__()
        stem = tensors["conv1.weight"]
        self.large = stem.shape[2] == 7
        self.conv1, self.bn1 = convolution(stem, 2 if self.large else 1), nn.BatchNorm2d(stem.shape[0])
        self.stages = sorted({n.split(".")[0] for n in tensors if re.match(r"layer\d+\.", n)}, key=lambda n: int(n[5:]))
        for number, stage in enumerate(self.stages):
            blocks = sorted({int(n.split(".")[1]) for n in tensors if n.startswith(stage + ".")})
            part = [{n.removeprefix(f"{stage}.{b}."): t for n, t in tensors.items() if n.startswith(f"{stage}.{b}.")} for b in blocks]
            setattr(self, stage, nn.Sequential(*(Block(t, 2 if number > 0 and b == 0 else 1) for b, t in zip(blocks, part))))

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        x = F.max_pool2d(x, 3, 2, 1) if self.large else x
        for stage in self.stages:
            x = getattr(self, stage)(x)
        return x.mean((2, 3))


def numbers(metadata, key, default):
    return torch.tensor([float(v) for v in metadata.get(key, default).split(",")]).reshape(-1, 1, 1)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("weights")
    arguments.add_argument("images")
    arguments.add_argument("--output", help="a safetensors file to write")
    arguments.add_argument("--expected", help="a safetensors file to compare with")
    arguments = arguments.parse_args()

    tensors = load_file(arguments.weights)
    with safe_open(arguments.weights, "pt") as file:
        metadata = file.metadata() or {}
    encoder = Encoder(tensors).eval()
    missing, left = encoder.load_state_dict(tensors, strict=False)
    missing = [n for n in missing if not n.endswith("num_batches_tracked")]
    left = [n for n in left if n.split(".")[0] not in ("fc", "projection")]
    assert not missing and not left, f"not the weights of a ResNet: missing {missing}, left over {left}"

    x = load_file(arguments.images)["images"].permute(0, 3, 1, 2).float()
    x = (x - numbers(metadata, "loupe.mean", "0")) / numbers(metadata, "loupe.std", "1")
    with torch.no_grad():
        found = {"features": encoder(x)}
        if "fc.weight" in tensors:
            found["probabilities"] = F.linear(found["features"], tensors["fc.weight"], tensors["fc.bias"]).softmax(1)
    found = {n: t.contiguous() for n, t in found.items()}
    if arguments.output:
        save_file(found, arguments.output)
    if arguments.expected:
        expected = load_file(arguments.expected)
        for name in found.keys() & expected.keys():
            difference = (found[name] - expected[name]).abs().max()
            print(f"{name}: largest difference {difference:.2e}, largest value {expected[name].abs().max():.3f}")
    if not arguments.output and not arguments.expected:
        for name, values in found.items():
            print(name)
            for row in values:
                print("  " + " ".join(f"{v:.5f}" for v in row.tolist()))
