"""The recipe's SimCLR stage in PyTorch, on the same photographs, split, views and budget: what its nearest neighbours recognise.

    pip install torch==2.13.0 numpy pillow && pip install --no-deps torchvision==0.28.0
    python3 simclr_in_pytorch.py manifest.csv runs/photographs/splits.csv --epochs 10 --seed 0

The first file is a manifest (image, patient, label), the second the splits that a run of SkinMICLe has written. Pretrains
ResNet-18 at 64 pixels on the training patients and prints, before, half way and at the end, the top-1 and balanced accuracy
of a vote of the 20 nearest labelled training photographs on those of validation. Nothing else in this package needs Python.
"""
import argparse, csv, math, os, time
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from PIL import Image

_library = torch.library.Library("torchvision", "DEF")  # the wheel's detection operators are not needed here
for _operator in ("nms", "qnms"):
    _library.define(f"{_operator}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
import torchvision.transforms as T
import torchvision.transforms.functional as TF

SIZE = 64


class Block(nn.Module):
    def __init__(self, into, out, stride):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(into, out, 3, stride, 1, bias=False), nn.BatchNorm2d(out)
        self.conv2, self.bn2 = nn.Conv2d(out, out, 3, 1, 1, bias=False), nn.BatchNorm2d(out)
        nn.init.zeros_(self.bn2.weight)
        self.downsample = None
        if stride != 1 or into != out:
            self.downsample = nn.Sequential(nn.Conv2d(into, out, 1, stride, bias=False), nn.BatchNorm2d(out))

    def forward(self, x):
        shortcut = x if self.downsample is None else self.downsample(x)
        y = F.relu(self.bn1(self.conv1(x)))
        return F.relu(self.bn2(self.conv2(y)) + shortcut)


def encoder():
    layers = [nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64), nn.ReLU(), nn.MaxPool2d(3, 2, 1)]
    into = 64
    for out, stride in ((64, 1), (128, 2), (256, 2), (512, 2)):
        layers += [Block(into, out, stride), Block(out, out, 1)]
        into = out
    network = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten())
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
    return network


def projection():
    last = nn.BatchNorm1d(128)
    last.bias.requires_grad_(False)
    return nn.Sequential(nn.Linear(512, 512, bias=False), nn.BatchNorm1d(512), nn.ReLU(), nn.Linear(512, 128, bias=False), last)


class Turned:
    """Turned by any angle, the edge showing where the picture ends."""

    def __call__(self, image):
        pad = max(image.size)
        angle = float(torch.empty(1).uniform_(-180, 180))
        wide = TF.pad(image, [pad] * 4, padding_mode="edge")
        return TF.center_crop(TF.rotate(wide, angle, T.InterpolationMode.BILINEAR), [image.size[1], image.size[0]])


VIEW = T.Compose([
    Turned(), T.RandomHorizontalFlip(), T.RandomVerticalFlip(), T.RandomResizedCrop(SIZE, scale=(0.3, 1)),
    T.RandomApply([T.ColorJitter(0.2, 0.2, 0.2, 0.02)], 0.8), T.RandomApply([T.GaussianBlur(7, (0.1, 2.0))], 0.2), T.ToTensor()])
CROP = T.Compose([T.Resize(round(SIZE / 0.875)), T.CenterCrop(SIZE), T.ToTensor()])


class Pairs(torch.utils.data.Dataset):
    def __init__(self, images):
        self.images = images

    def __len__(self):
        return len(self.images)

    def __getitem__(self, index):
        return VIEW(self.images[index]), VIEW(self.images[index])


def read(manifest):
    """Each photograph once, reduced as the run's cache has it."""
    rows = list(csv.DictReader(open(manifest, newline="", encoding="utf-8-sig")))
    images = []
    for row in rows:
        image = Image.open(os.path.join(os.path.dirname(manifest), row["image"])).convert("RGB")
        scale = min(1, 2 * SIZE / min(image.size))
        images.append(image.resize([round(side * scale) for side in image.size], Image.BILINEAR))
    return rows, images


@torch.no_grad()
def recognised(network, training, validation):
    network.eval()
    def features(images):
        batches = torch.stack([CROP(image) for image in images]).split(64)
        return F.normalize(torch.cat([network(batch) for batch in batches]), dim=1)
    (known, labels), (asked, truth) = [(features(images), torch.tensor(labels)) for images, labels in (training, validation)]
    nearest = (asked @ known.t()).topk(20, dim=1)
    votes = torch.zeros(len(truth), int(labels.max()) + 1)
    votes.scatter_add_(1, labels[nearest.indices], (nearest.values / 0.07).exp())
    hits = votes.argmax(1) == truth
    network.train()
    balanced = np.mean([hits[truth == c].float().mean().item() for c in truth.unique()])
    return f"kNN {100 * hits.float().mean().item():.1f} % (balanced {100 * balanced:.1f} %)"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("manifest")
    parser.add_argument("splits")
    parser.add_argument("--epochs", type=int, default=24)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=0)
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    rows, images = read(options.manifest)
    split = {row["patient"]: row["split"] for row in csv.DictReader(open(options.splits, newline=""))}
    classes = sorted({row["label"] for row in rows} - {""})
    def part(name, labelled):
        chosen = [i for i, row in enumerate(rows) if split[row["patient"]] == name and (row["label"] or not labelled)]
        return [images[i] for i in chosen], [classes.index(rows[i]["label"]) for i in chosen if rows[i]["label"]]
    training, validation = part("train", True), part("validation", True)
    network, head, batch = encoder().to(memory_format=torch.channels_last), projection(), 128
    loader = torch.utils.data.DataLoader(
        Pairs(part("train", False)[0]), batch, shuffle=True, num_workers=options.workers, drop_last=True)
    parameters = [p for m in (network, head) for p in m.parameters() if p.requires_grad]
    groups = [{"params": [p for p in parameters if p.dim() > 1], "weight_decay": 1e-4},
              {"params": [p for p in parameters if p.dim() == 1], "weight_decay": 0}]
    optimizer = torch.optim.AdamW(groups, lr=2e-3)
    steps = options.epochs * len(loader)
    warmup = int(0.1 * steps)
    partner, mask = (torch.arange(2 * batch) + batch) % (2 * batch), 1e9 * torch.eye(2 * batch)
    print("before training", recognised(network, training, validation), flush=True)
    step, start = 0, time.time()
    for epoch in range(options.epochs):
        losses = []
        for first, second in loader:
            share = step / warmup if step < warmup else 0.5 * (1 + math.cos(math.pi * (step - warmup) / (steps - warmup)))
            for group in optimizer.param_groups:
                group["lr"] = 2e-3 * share
            optimizer.zero_grad(set_to_none=True)
            x = torch.cat([first, second]).contiguous(memory_format=torch.channels_last)
            z = F.normalize(head(network(x)), dim=1)
            loss = F.cross_entropy(z @ z.t() / 0.1 - mask, partner)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
            step += 1
        text = f"epoch {epoch + 1}/{options.epochs}  loss {np.mean(losses):.3f}  {time.time() - start:.0f} s"
        if (epoch + 1) % 5 == 0 or epoch + 1 == options.epochs:
            text += "  " + recognised(network, training, validation)
        print(text, flush=True)


if __name__ == "__main__":
    main()
