"""Writes mae.json: errors and gradients of a small masked autoencoder in double precision.

    pip install torch==2.13.0+cpu timm==1.0.31 numpy && pip install --no-deps torchvision==0.28.0
    python3 Tests/RecipesTests/Fixtures/make_mae_fixtures.py

It computes what models_mae.py of https://github.com/facebookresearch/mae does (He et al. 2022) around timm's transformer and
blocks, image by image, for given visible patches; the encoder's positions are timm's parameters. Each case has the places of
the visible patches of each image, the error of each image, their mean, and sums of gradients of the mean by parameter, each
element times that of the formula of the parameter's name with "gradient " before it. Every weight and pixel follows
formula.py. `positions` has the fixed positions of 8 channels in a grid of 2 rows and 3 columns.
"""
import json, pathlib
import torch
library = torch.library.Library("torchvision", "DEF")  # the wheel's detection operators need not be loadable
for operator in ("nms", "qnms"):
    library.define(f"{operator}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
from timm.models.vision_transformer import Block, VisionTransformer
from torch import nn
from formula import values

PATCH, CHANNELS, WIDTH = 8, 24, 16


def positions(width, rows, columns):
    """[rows * columns, width]: sines and cosines of the column, then of the row."""
    frequency = 10000.0 ** -(torch.arange(width // 4, dtype=torch.float64) / (width // 4))
    row, column = (p.flatten().double() for p in torch.meshgrid(torch.arange(rows), torch.arange(columns), indexing="ij"))
    return torch.cat([wave(place[:, None] * frequency) for place in (column, row) for wave in (torch.sin, torch.cos)], 1)


def layers(rows, columns):
    size = (rows * PATCH, columns * PATCH)
    network = VisionTransformer(embed_dim=CHANNELS, depth=2, num_heads=3, patch_size=PATCH, img_size=size, num_classes=0)
    network.decoder_embed = nn.Linear(CHANNELS, WIDTH)
    network.mask_token = nn.Parameter(torch.empty(1, 1, WIDTH))
    network.decoder_blocks = nn.Sequential(*(Block(WIDTH, 2, qkv_bias=True, norm_layer=network.norm.__class__) for _ in range(2)))
    network.decoder_norm = network.norm.__class__(WIDTH)
    network.decoder_pred = nn.Linear(WIDTH, PATCH * PATCH * 3)
    for layer in network.modules():
        if isinstance(layer, nn.LayerNorm):
            layer.eps = 1e-6
    network.load_state_dict({n: values(n, tuple(t.shape), -0.5, 0.5) for n, t in network.state_dict().items()})
    return network.double()


def error(network, image, visible, rows, columns, normalizes):
    """The error of one image [C, H, W]."""
    hidden = [place for place in range(rows * columns) if place not in visible]
    embedded = network.patch_embed(image[None])[0]
    tokens = torch.cat([network.cls_token[0], embedded[visible]]) + network.pos_embed[0, [0] + [v + 1 for v in visible]]
    seen = network.decoder_embed(network.norm(network.blocks(tokens[None])))[0]
    decoded = torch.zeros(1 + rows * columns, WIDTH, dtype=torch.float64)
    decoded = decoded.index_copy(0, torch.tensor([0] + [v + 1 for v in visible]), seen)
    decoded = decoded.index_copy(0, torch.tensor(hidden) + 1, network.mask_token[0].expand(len(hidden), -1))
    decoded = decoded + torch.cat([torch.zeros(1, WIDTH, dtype=torch.float64), positions(WIDTH, rows, columns)])
    predicted = network.decoder_pred(network.decoder_norm(network.decoder_blocks(decoded[None])[0]))[1:]
    target = torch.stack([
        image[:, r * PATCH : (r + 1) * PATCH, c * PATCH : (c + 1) * PATCH].permute(1, 2, 0).flatten()
        for r in range(rows) for c in range(columns)
    ])  # fmt: skip
    if normalizes:
        target = (target - target.mean(1, keepdim=True)) / (target.var(1, keepdim=True) + 1e-6).sqrt()
    return (predicted - target).square().mean(1)[hidden].mean()


def case(rows, columns, visible, normalizes):
    network = layers(rows, columns)
    images = values("images", (len(visible), rows * PATCH, columns * PATCH, 3), 0, 1).permute(0, 3, 1, 2).double()
    errors = torch.stack([error(network, image, own, rows, columns, normalizes) for image, own in zip(images, visible)])
    errors.mean().backward()
    gradients = {}
    for name, parameter in network.named_parameters():
        formula = values("gradient " + name, tuple(parameter.shape), -1, 1).double()
        gradients[name] = (parameter.grad * formula).sum().item()
    return {"size": [rows * PATCH, columns * PATCH], "visible": visible, "normalizesPixels": normalizes,
            "errors": errors.tolist(), "mean": errors.mean().item(), "gradients": gradients}  # fmt: skip


visible = [[0, 5, 10, 11], [3, 1, 12, 14], [15, 2, 7, 6]]
found = {
    "cases": {
        "normalized": case(4, 4, visible, True),
        "pixels": case(4, 4, visible, False),
    },
    "positions": positions(8, 2, 3).tolist(),
}
pathlib.Path(__file__).with_name("mae.json").write_text(json.dumps(found, indent=1) + "\n")
