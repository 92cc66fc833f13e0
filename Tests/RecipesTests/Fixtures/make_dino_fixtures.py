"""Writes dino.json: the loss of DINO and training steps by it, as facebookresearch/dino has them, in double precision.

    pip install torch==2.13.0+cpu timm==1.0.31 numpy && pip install --no-deps torchvision==0.28.0
    python3 Tests/RecipesTests/Fixtures/make_dino_fixtures.py

DINOLoss is that of main_dino.py without its distributed sum, DINOHead and MultiCropWrapper those of its
vision_transformer.py and utils.py; the assignment by Sinkhorn and Knopp is that of facebookresearch/dinov2,
loss/dino_clstoken_loss.py. `losses` has three steps of the loss: its value, its gradient for the student's outputs, and the
center after the step; `assignments` the same for three iterations of Sinkhorn and Knopp, without a center. `training` has the losses and the center of three steps of a small vision
transformer on two views of 16 pixels and two of 8, and every tensor of student and teacher after the last one, as a sum
times the formula of its name. `head` has the outputs of a head with batch normalizations in training, and the gradients of
a sum of their squares, each times a formula. Every weight and pixel follows formula.py.
"""
import json, math, pathlib
import torch
import torch.nn as nn
import torch.nn.functional as F
library = torch.library.Library("torchvision", "DEF")  # the wheel's detection operators need not be loadable
for operator in ("nms", "qnms"):
    library.define(f"{operator}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
from timm.models.vision_transformer import VisionTransformer
from formula import values

torch.set_default_dtype(torch.float64)
SAMPLES, RATE = 3, 0.01


class DINOLoss(nn.Module):
    def __init__(self, out_dim, ncrops, teacher_temps, student_temp=0.1, center_momentum=0.9, iterations=0):
        super().__init__()
        self.student_temp, self.center_momentum, self.ncrops = student_temp, center_momentum, ncrops
        self.register_buffer("center", torch.zeros(1, out_dim))
        self.teacher_temp_schedule, self.iterations = teacher_temps, iterations

    def forward(self, student_output, teacher_output, epoch):
        student_out = student_output / self.student_temp
        student_out = student_out.chunk(self.ncrops)
        temp = self.teacher_temp_schedule[epoch]
        if self.iterations:
            teacher_out = self.sinkhorn_knopp_teacher(teacher_output, temp, self.iterations)
        else:
            teacher_out = F.softmax((teacher_output - self.center) / temp, dim=-1)
        teacher_out = teacher_out.detach().chunk(2)
        total_loss, n_loss_terms = 0, 0
        for iq, q in enumerate(teacher_out):
            for v in range(len(student_out)):
                if v == iq:
                    continue
                loss = torch.sum(-q * F.log_softmax(student_out[v], dim=-1), dim=-1)
                total_loss += loss.mean()
                n_loss_terms += 1
        total_loss /= n_loss_terms
        self.update_center(teacher_output)
        return total_loss

    @torch.no_grad()
    def sinkhorn_knopp_teacher(self, teacher_output, teacher_temp, n_iterations):
        Q = torch.exp(teacher_output / teacher_temp).t()
        B, K = Q.shape[1], Q.shape[0]
        Q /= torch.sum(Q)
        for it in range(n_iterations):
            Q /= torch.sum(Q, dim=1, keepdim=True)
            Q /= K
            Q /= torch.sum(Q, dim=0, keepdim=True)
            Q /= B
        Q *= B
        return Q.t()

    @torch.no_grad()
    def update_center(self, teacher_output):
        batch_center = torch.sum(teacher_output, dim=0, keepdim=True) / len(teacher_output)
        self.center = self.center * self.center_momentum + batch_center * (1 - self.center_momentum)


class DINOHead(nn.Module):
    def __init__(self, in_dim, out_dim, hidden_dim, bottleneck_dim, use_bn=False):
        super().__init__()
        layers = [nn.Linear(in_dim, hidden_dim)]
        if use_bn:
            layers.append(nn.BatchNorm1d(hidden_dim))
        layers.append(nn.GELU())
        layers.append(nn.Linear(hidden_dim, hidden_dim))
        if use_bn:
            layers.append(nn.BatchNorm1d(hidden_dim))
        layers.append(nn.GELU())
        layers.append(nn.Linear(hidden_dim, bottleneck_dim))
        self.mlp = nn.Sequential(*layers)
        self.last_layer = nn.utils.weight_norm(nn.Linear(bottleneck_dim, out_dim, bias=False))
        self.last_layer.weight_g.data.fill_(1)
        self.last_layer.weight_g.requires_grad = False

    def forward(self, x):
        x = self.mlp(x)
        x = nn.functional.normalize(x, dim=-1, p=2)
        return self.last_layer(x)


class MultiCropWrapper(nn.Module):
    def __init__(self, backbone, head):
        super().__init__()
        self.backbone, self.head = backbone, head

    def forward(self, x):
        sizes = torch.tensor([crop.shape[-1] for crop in x])
        idx_crops = torch.cumsum(torch.unique_consecutive(sizes, return_counts=True)[1], 0)
        start_idx, output = 0, torch.empty(0)
        for end_idx in idx_crops:
            output = torch.cat((output, self.backbone(torch.cat(x[start_idx:end_idx]))))
            start_idx = end_idx
        return self.head(output)


def network():
    backbone = VisionTransformer(
        embed_dim=8, depth=2, num_heads=2, patch_size=4, img_size=16, num_classes=0, dynamic_img_size=True)  # fmt: skip
    return MultiCropWrapper(backbone, DINOHead(8, 12, 10, 6)).double()


# The names of the other side.
HEAD = {"head.mlp.0": "projection.fc1", "head.mlp.2": "projection.fc2", "head.mlp.4": "projection.fc3"}


def name_of(parameter):
    name = parameter.removeprefix("backbone.").replace("head.last_layer.weight_v", "projection.prototypes.weight")
    for own, other in HEAD.items():
        name = name.replace(own, other)
    return name


def described(module, prefix=""):
    sums = {}
    for name, parameter in module.named_parameters():
        if not name.endswith("weight_g"):
            formula = values("sum " + name_of(name), tuple(parameter.shape), -1, 1).double()
            sums[prefix + name_of(name)] = (parameter.detach() * formula).sum().item()
    return sums


def training():
    student, teacher = network(), network()
    for name, parameter in student.named_parameters():
        if not name.endswith("weight_g"):
            parameter.data = values(name_of(name), tuple(parameter.shape), -0.5, 0.5).double()
    teacher.load_state_dict(student.state_dict())
    for parameter in teacher.parameters():
        parameter.requires_grad = False
    temperatures, momenta, weight_decays, steps = [0.04, 0.055, 0.07], [0.9, 0.95, 1.0], [0.04, 0.22, 0.4], []
    loss = DINOLoss(12, 4, temperatures)
    # As utils.get_params_groups, but that positions and the class token do not decay, as in timm.
    decays = lambda name, p: p.ndim > 1 and name not in ("backbone.pos_embed", "backbone.cls_token")
    trained = [(n, p) for n, p in student.named_parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW([
        {"params": [p for n, p in trained if decays(n, p)], "weight_decay": None},
        {"params": [p for n, p in trained if not decays(n, p)], "weight_decay": 0.0}], lr=RATE)  # fmt: skip
    for step in range(3):
        views = [values(f"view {step} {view}", (SAMPLES, size, size, 3), 0, 1).permute(0, 3, 1, 2).double()
                 for view, size in enumerate((16, 16, 8, 8))]  # fmt: skip
        value = loss(student(views), teacher(views[:2]), step)
        optimizer.param_groups[0]["weight_decay"] = weight_decays[step]
        optimizer.zero_grad()
        value.backward()
        torch.nn.utils.clip_grad_norm_([p for _, p in trained], 0.5)
        optimizer.step()
        with torch.no_grad():
            for own, followed in zip(teacher.parameters(), student.parameters()):
                own.data.mul_(momenta[step]).add_((1 - momenta[step]) * followed.detach())
        steps.append({"value": value.item(), "center": loss.center.flatten().tolist()})
    return {"steps": steps, "sums": {**described(student), **described(teacher, "target.")}}


# The names of the other side in a head with batch normalizations.
NORMALIZED = {"mlp.0": "projection.fc1", "mlp.1": "projection.bn1", "mlp.3": "projection.fc2", "mlp.4": "projection.bn2",
              "mlp.6": "projection.fc3", "last_layer.weight_v": "projection.prototypes.weight"}  # fmt: skip


def head():
    network = DINOHead(5, 9, 7, 4, use_bn=True).double()
    names = {}
    for name, parameter in network.named_parameters():
        if name.endswith("weight_g"):
            continue
        own = next(own for own in NORMALIZED if name.startswith(own))
        names[name] = NORMALIZED[own] + name.removeprefix(own)
        parameter.data = values(names[name], tuple(parameter.shape), -0.5, 0.5).double()
    output = network(values("x", (6, 5), -1, 1).double())
    (output * output * values("upstream", (6, 9), -1, 1).double()).sum().backward()
    gradients = {names[name]: p.grad.flatten().tolist() for name, p in network.named_parameters() if name in names}
    return {"output": output.flatten().tolist(), "gradients": gradients}


def losses(views, iterations=0):
    loss, steps = DINOLoss(5, views, [0.04, 0.055, 0.07], iterations=iterations), []
    for step in range(3):
        output = values(f"student {step}", (views * SAMPLES, 5), -1, 1).double().requires_grad_()
        value = loss(output, values(f"teacher {step}", (2 * SAMPLES, 5), -0.2, 0.3).double(), step)
        value.backward()
        steps.append({"value": value.item(), "gradient": output.grad.flatten().tolist()})
        if not iterations:
            steps[-1]["center"] = loss.center.flatten().tolist()
    return steps


written = {"losses": {f"{views}": losses(views) for views in (2, 4, 5)},
           "assignments": {f"{views}": losses(views, 3) for views in (2, 4, 5)},
           "training": training(), "head": head()}  # fmt: skip
pathlib.Path(__file__).with_name("dino.json").write_text(json.dumps(written, indent=0) + "\n")
