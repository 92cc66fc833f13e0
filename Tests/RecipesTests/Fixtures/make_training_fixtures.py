"""Writes training.json: steps with clipped gradients and averaged weights, and timm's layer-wise learning rates.

    pip install torch==2.13.0+cpu timm==1.0.31 numpy && pip install --no-deps torchvision==0.28.0
    python3 Tests/RecipesTests/Fixtures/make_training_fixtures.py

`clipped` and `adamw` are four steps of a small classifier in double precision with clip_grad_norm_: the norm before each
step, the weights afterwards, and their average by timm's ModelEmaV3, buffers included. Weights, pixels and labels follow
formula.py. `scales` has the factor of each parameter by param_groups_layer_decay, by network.
"""
import json, pathlib
import torch
library = torch.library.Library("torchvision", "DEF")  # the wheel's detection operators need not be loadable
for operator in ("nms", "qnms"):
    library.define(f"{operator}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
import timm
from timm.models.vision_transformer import VisionTransformer
from timm.optim import param_groups_layer_decay
from timm.utils import ModelEmaV3
from formula import values


class Network(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = torch.nn.Conv2d(3, 4, 3, padding=1, bias=False)
        self.bn1 = torch.nn.BatchNorm2d(4)
        self.fc = torch.nn.Linear(4, 3)

    def forward(self, x):
        return self.fc(torch.relu(self.bn1(self.conv1(x))).mean((2, 3)))


def tensors(network):
    return {n: t.flatten().tolist() for n, t in network.state_dict().items() if t.is_floating_point()}


def steps(bound, optimizer):
    network = Network()
    initial = {n: values(n, tuple(t.shape), -0.5, 0.5) if t.is_floating_point() else t for n, t in network.state_dict().items()}
    initial["bn1.running_var"] += 1
    network.load_state_dict(initial)
    network.double()
    average = ModelEmaV3(network, decay=0.75)
    optimizer = optimizer(network)
    norms = []
    for step in range(4):
        images = values(f"images {step}", (8, 5, 5, 3), 0, 1).permute(0, 3, 1, 2).double()
        labels = torch.tensor([(step + row) % 3 for row in range(8)])
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(network(images), labels).backward()
        norms.append(torch.nn.utils.clip_grad_norm_(network.parameters(), bound).item())
        optimizer.step()
        average.update(network)
    return {"bound": bound, "norms": norms, "final": tensors(network), "average": tensors(average.module)}


def scales(network, decay):
    groups = param_groups_layer_decay(network, layer_decay=decay)
    names = {id(p): n for n, p in network.named_parameters()}
    return {names[id(p)]: g["lr_scale"] for g in groups for p in g["params"]}


def adamw(network):
    # The package's default: only weights decay.
    decaying = lambda n: n.endswith("weight") and not n.startswith("bn")
    groups = [[p for n, p in network.named_parameters() if decaying(n) == d] for d in (True, False)]
    return torch.optim.AdamW([{"params": groups[0], "weight_decay": 0.2}, {"params": groups[1], "weight_decay": 0}], lr=0.05)


transformer = dict(embed_dim=24, num_heads=3, patch_size=8, img_size=32, num_classes=5)
found = {
    "clipped": steps(0.165, lambda network: torch.optim.SGD(network.parameters(), lr=0.5, momentum=0.9)),
    "adamw": steps(0.165, adamw),
    "scales": {
        "transformer": scales(VisionTransformer(depth=3, **transformer), 0.75),
        "registers": scales(VisionTransformer(depth=3, reg_tokens=2, no_embed_class=True, init_values=1e-5, **transformer), 0.75),
        "resnet18": scales(timm.create_model("resnet18", num_classes=5), 0.6),
        "convnext": scales(timm.create_model("convnext_tiny", num_classes=5), 0.8),
        "efficientnet": scales(timm.create_model("efficientnet_b0", num_classes=5), 0.7),
    },
}
pathlib.Path(__file__).with_name("training.json").write_text(json.dumps(found, indent=1) + "\n")
