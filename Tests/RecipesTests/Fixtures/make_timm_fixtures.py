"""Writes timm.json: names, shapes and values of timm's vision transformers, ConvNeXts and EfficientNets.

    pip install torch==2.13.0+cpu timm==1.0.31 numpy && pip install --no-deps torchvision==0.28.0
    python3 Tests/RecipesTests/Fixtures/make_timm_fixtures.py

`layouts` has for each network the number of tensors in its state_dict, of their elements, and a hash of the lines
"name [shape]", sorted. `cases` has the features of small networks in double precision, in inference mode, for two images,
and sums of gradients: of the sum of the features times those of the formula "upstream", by parameter, times the formula
of its name with "gradient " before it. `authors` has the features of a transformer with registers whose weights have the
names and shapes of facebookresearch/dinov2, which timm converts, and `gatedAuthors` those of one with gated perceptrons.
`heat` has Grad-CAM of the second and the first class of a classifier, by a linear layer "fc", at the normalization before
the last attention, the layer that https://github.com/jacobgil/pytorch-grad-cam recommends, and `meanHeat` that of a
classifier of the patches' mean, at the last normalization. Every weight and pixel follows formula.py.
"""
import json, pathlib
import torch
library = torch.library.Library("torchvision", "DEF")  # the wheel's detection operators need not be loadable
for operator in ("nms", "qnms"):
    library.define(f"{operator}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
import timm
from timm.layers import SwiGLUPacked
from timm.models.convnext import ConvNeXt
from timm.models.efficientnet import _gen_efficientnet
from timm.models.vision_transformer import VisionTransformer, checkpoint_filter_fn
from formula import fnv1a, values


def layout(network):
    tensors = {n: t for n, t in network.state_dict().items() if not n.endswith("num_batches_tracked")}
    lines = sorted(f"{n} {list(t.shape)}" for n, t in tensors.items())
    return {"tensors": len(lines), "elements": sum(t.numel() for t in tensors.values()), "hash": f"{fnv1a(chr(10).join(lines)):016x}"}


def weight(name, tensor):
    if name.endswith("num_batches_tracked"):
        return tensor
    return values(name, tuple(tensor.shape), *((0.5, 1.5) if name.endswith("running_var") else (-0.5, 0.5)))


def photographs(size):
    return values("images", (2, *size, 3), 0, 1).permute(0, 3, 1, 2).double()


def case(network, size):
    network.load_state_dict({n: weight(n, t) for n, t in network.state_dict().items()})
    network.double().eval()
    features = network(photographs(size))
    upstream = values("upstream", tuple(features.shape), -1, 1).double()
    (features * upstream).sum().backward()
    gradients = {}
    for name, parameter in network.named_parameters():
        formula = values("gradient " + name, tuple(parameter.shape), -1, 1).double()
        gradients[name] = (parameter.grad * formula).sum().item()
    return {"size": list(size), "features": features.tolist(), "gradients": gradients}


def transformer(num_classes=0, **settings):
    return VisionTransformer(
        embed_dim=24, depth=2, num_heads=3, patch_size=8, img_size=32, num_classes=num_classes, **settings)  # fmt: skip


GATED = {"mlp_layer": SwiGLUPacked, "mlp_ratio": 2.66667 * 2, "act_layer": torch.nn.SiLU}  # as DINOv2's giant


def authors(**settings):
    network = transformer(init_values=1e-5, **settings)
    shapes = {name: tuple(t.shape) for name, t in network.state_dict().items()}
    if "mlp_layer" in settings:
        shapes = {n.replace("mlp.fc1", "mlp.w12").replace("mlp.fc2", "mlp.w3"): s for n, s in shapes.items()}
    if "reg_tokens" in settings:
        shapes["register_tokens"] = shapes.pop("reg_token")
    shapes |= {"pos_embed": (1, 17, 24), "mask_token": (1, 24)}
    own = {name: values(name, shape, -0.5, 0.5) for name, shape in shapes.items()}
    network.load_state_dict(checkpoint_filter_fn(own, network))
    return network.double().eval()(photographs((32, 32))).tolist()


def heat(layer, **settings):
    network = transformer(num_classes=4, **settings)
    own = {n: values(n.replace("head.", "fc."), tuple(t.shape), -0.5, 0.5) for n, t in network.state_dict().items()}
    network.load_state_dict(own)
    network.double().eval()
    found = []
    layer(network).register_forward_hook(lambda layer, inputs, output: found.append(output))
    logits = network(photographs((32, 32)))
    gradient = torch.autograd.grad(logits[0, 1] + logits[1, 0], found[0])[0]
    features, gradient = (t[:, 1:].reshape(2, 4, 4, 24) for t in (found[0], gradient))
    return torch.relu((features * gradient.mean((1, 2), keepdim=True)).sum(3)).tolist()


with torch.device("meta"):
    names = {
        "tiny": "vit_tiny_patch16_224", "small": "vit_small_patch16_224", "base": "vit_base_patch16_224",
        "large": "vit_large_patch16_224", "dinov2": "vit_small_patch14_dinov2", "registers": "vit_small_patch14_reg4_dinov2",
        "giant": "vit_giant_patch14_dinov2",
        **{name: name for name in ["convnext_tiny", "convnext_small", "convnext_base", "convnext_large"]},
        **{name: name for name in ["efficientnet_b0", "efficientnet_b1", "efficientnet_b2", "efficientnet_b3", "efficientnet_b4"]},
    }  # fmt: skip
    layouts = {name: layout(timm.create_model(full, num_classes=0)) for name, full in names.items()}
cases = {
    "plain": case(transformer(), (32, 32)),
    "larger": case(transformer(dynamic_img_size=True), (40, 48)),
    "smaller": case(transformer(dynamic_img_size=True), (16, 24)),
    "registers": case(transformer(reg_tokens=2, no_embed_class=True, init_values=1e-5), (32, 32)),
    "gated": case(transformer(init_values=1e-5, **GATED), (32, 32)),
    "mean": case(transformer(global_pool="avg", fc_norm=False), (32, 32)),
    "meanWithRegisters": case(transformer(global_pool="avg", fc_norm=False, reg_tokens=2, no_embed_class=True), (32, 32)),
    "convnext": case(ConvNeXt(depths=(1, 2, 1, 1), dims=(8, 20, 24, 32), num_classes=0), (64, 72)),
    "efficientnet": case(_gen_efficientnet("efficientnet_b0", 0.25, 0.5, num_classes=0), (48, 64)),
}
found = {
    "layouts": layouts, "cases": cases, "authors": authors(reg_tokens=2, no_embed_class=True), "gatedAuthors": authors(**GATED),
    "heat": heat(lambda network: network.blocks[-1].norm1),
    "meanHeat": heat(lambda network: network.norm, global_pool="avg", fc_norm=False),
}  # fmt: skip
pathlib.Path(__file__).with_name("timm.json").write_text(json.dumps(found, indent=1) + "\n")
