"""Writes transformers.json: names, shapes and values of timm's vision transformers.

    pip install torch==2.13.0+cpu timm==1.0.31 numpy && pip install --no-deps torchvision==0.28.0
    python3 Tests/RecipesTests/Fixtures/make_transformer_fixtures.py

`layouts` has for each network the number of tensors in its state_dict, of their elements, and a hash of the lines
"name [shape]", sorted. `cases` has the features of small networks in double precision, in inference mode, for two images,
and sums of gradients: of the sum of the features times those of the formula "upstream", by parameter, times the formula
of its name with "gradient " before it. Every weight and pixel follows formula.py.
"""
import json, pathlib
import torch
library = torch.library.Library("torchvision", "DEF")  # the wheel's detection operators need not be loadable
for operator in ("nms", "qnms"):
    library.define(f"{operator}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
import timm
from timm.models.vision_transformer import VisionTransformer
from formula import fnv1a, values


def layout(network):
    tensors = network.state_dict()
    lines = sorted(f"{n} {list(t.shape)}" for n, t in tensors.items())
    return {"tensors": len(lines), "elements": sum(t.numel() for t in tensors.values()), "hash": f"{fnv1a(chr(10).join(lines)):016x}"}


def case(size, **settings):
    network = VisionTransformer(embed_dim=24, depth=2, num_heads=3, patch_size=8, img_size=32, num_classes=0, **settings)
    weights = {n: values(n, tuple(t.shape), -0.5, 0.5) for n, t in network.state_dict().items()}
    network.load_state_dict(weights)
    network.double().eval()
    images = values("images", (2, *size, 3), 0, 1).permute(0, 3, 1, 2).double()
    features = network(images)
    upstream = values("upstream", (2, 24), -1, 1).double()
    (features * upstream).sum().backward()
    gradients = {}
    for name, parameter in network.named_parameters():
        formula = values("gradient " + name, tuple(parameter.shape), -1, 1).double()
        gradients[name] = (parameter.grad * formula).sum().item()
    return {"size": list(size), "features": features.tolist(), "gradients": gradients}


with torch.device("meta"):
    names = {
        "tiny": "vit_tiny_patch16_224", "small": "vit_small_patch16_224", "base": "vit_base_patch16_224",
        "large": "vit_large_patch16_224", "dinov2": "vit_small_patch14_dinov2", "registers": "vit_small_patch14_reg4_dinov2",
    }  # fmt: skip
    layouts = {name: layout(timm.create_model(full, num_classes=0)) for name, full in names.items()}
cases = {
    "plain": case((32, 32)),
    "larger": case((40, 48), dynamic_img_size=True),
    "smaller": case((16, 24), dynamic_img_size=True),
    "registers": case((32, 32), reg_tokens=2, no_embed_class=True, init_values=1e-5),
}
found = {"layouts": layouts, "cases": cases}
pathlib.Path(__file__).with_name("transformers.json").write_text(json.dumps(found, indent=1) + "\n")
