"""Values and gradients of contrastive losses in PyTorch, written as their papers' own code has them: losses.json.

    python3 make_loss_fixtures.py

Each case has embeddings of two views, what the loss is asked with, its value and its gradient, all in Float64.
Those of columns have the outputs 4 x, signs or numbers of which some are not known, the value and the gradient.
"""
import json, math, os
import torch
import torch.nn.functional as F

torch.manual_seed(7)
torch.set_default_dtype(torch.float64)
N, D = 6, 5


def supcon(x, y, groups, temperature):
    """HobbitLong/SupContrast, losses.py, contrast_mode all, temperature == base_temperature."""
    features = F.normalize(torch.stack([x, y], 1), dim=2)
    mask = torch.eq(groups.view(-1, 1), groups.view(1, -1)).to(features.dtype)
    contrast = torch.cat(torch.unbind(features, dim=1), dim=0)
    logits = contrast @ contrast.T / temperature
    logits = logits - logits.max(dim=1, keepdim=True)[0].detach()
    mask = mask.repeat(2, 2)
    others = torch.ones_like(mask) - torch.eye(len(mask))
    mask = mask * others
    log_prob = logits - torch.log((torch.exp(logits) * others).sum(1, keepdim=True))
    return -((mask * log_prob).sum(1) / mask.sum(1)).mean()


def dcl(x, y, temperature, sigma=None):
    """raminnakhli/Decoupled-Contrastive-Learning, loss/dcl.py, for normalised embeddings, both directions; its denominator
    leaves the positive out."""
    def one_way(z1, z2):
        weight = 1 if sigma is None else 2 - len(z1) * F.softmax((z1 * z2).sum(1) / sigma, dim=0)
        cross = z1 @ z2.t()
        positive = -torch.diag(cross) / temperature * weight
        similarity = torch.cat((z1 @ z1.t(), cross), dim=1) / temperature
        mask = torch.eye(len(z1)).repeat(1, 2)
        return (positive + torch.logsumexp(similarity + mask * math.log(1e-300), dim=1)).mean()
    x, y = F.normalize(x, dim=1), F.normalize(y, dim=1)
    return (one_way(x, y) + one_way(y, x)) / 2


def debiased(x, y, temperature, prior):
    """chingyaoc/DCL, main.py, for normalised embeddings."""
    x, y = F.normalize(x, dim=1), F.normalize(y, dim=1)
    out = torch.cat([x, y])
    neg = torch.exp(out @ out.t() / temperature)
    mask = (1 - torch.eye(len(x))).repeat(2, 2).bool()
    neg = neg.masked_select(mask).view(2 * len(x), -1)
    pos = torch.exp((x * y).sum(-1) / temperature)
    pos = torch.cat([pos, pos])
    count = 2 * len(x) - 2
    other = torch.clamp((-prior * count * pos + neg.sum(-1)) / (1 - prior), min=count * math.e ** (-1 / temperature))
    return (-torch.log(pos / (pos + other))).mean()


def info_nce(px, py, tx, ty, queue, temperature):
    """facebookresearch/moco, builder.py, each view as query and as key."""
    def one_way(q, k):
        q, k = F.normalize(q, dim=1), F.normalize(k.detach(), dim=1)
        positive = torch.einsum("nc,nc->n", [q, k]).unsqueeze(-1)
        negative = torch.einsum("nc,kc->nk", [q, queue])
        return F.cross_entropy(torch.cat([positive, negative], 1) / temperature, torch.zeros(len(q), dtype=torch.long))
    return (one_way(px, ty) + one_way(py, tx)) / 2


def moco_v3(px, py, tx, ty, temperature):
    """facebookresearch/moco-v3, moco/builder.py, on one process."""
    def contrastive_loss(q, k):
        q, k = F.normalize(q, dim=1), F.normalize(k.detach(), dim=1)
        logits = torch.einsum("nc,mc->nm", [q, k]) / temperature
        return F.cross_entropy(logits, torch.arange(len(logits))) * (2 * temperature)
    return contrastive_loss(px, ty) + contrastive_loss(py, tx)


def byol(px, py, tx, ty):
    def one_way(p, t):
        return 2 - 2 * (F.normalize(p, dim=-1) * F.normalize(t.detach(), dim=-1)).sum(dim=-1)
    return (one_way(px, ty) + one_way(py, tx)).mean()


def simsiam(px, py, zx, zy):
    criterion = torch.nn.CosineSimilarity(dim=1)
    return -(criterion(px, zy.detach()).mean() + criterion(py, zx.detach()).mean()) * 0.5


def off_diagonal(x):
    n = len(x)
    return x.flatten()[:-1].view(n - 1, n + 1)[:, 1:].flatten()


def barlow(x, y, lambd):
    """facebookresearch/barlowtwins, main.py."""
    bn = torch.nn.BatchNorm1d(x.shape[1], affine=False).double()
    c = bn(x).T @ bn(y) / len(x)
    return torch.diagonal(c).add(-1).pow(2).sum() + lambd * off_diagonal(c).pow(2).sum()


def vicreg(x, y, sim, std, cov):
    """facebookresearch/vicreg, main_vicreg.py."""
    repr_loss = F.mse_loss(x, y)
    x, y = x - x.mean(dim=0), y - y.mean(dim=0)
    std_loss = torch.mean(F.relu(1 - torch.sqrt(x.var(dim=0) + 0.0001))) / 2 + torch.mean(
        F.relu(1 - torch.sqrt(y.var(dim=0) + 0.0001))) / 2
    cov_loss = sum(off_diagonal(v.T @ v / (len(v) - 1)).pow(2).sum() / v.shape[1] for v in (x, y))
    return sim * repr_loss + std * std_loss + cov * cov_loss


def align_uniform(x, y, alpha, t, weight):
    """The code in the paper."""
    x, y = F.normalize(x, dim=1), F.normalize(y, dim=1)
    align = (x - y).norm(dim=1).pow(alpha).mean()
    uniform = lambda v: torch.pdist(v, p=2).pow(2).mul(-t).exp().mean().log()
    return align + weight * (uniform(x) + uniform(y)) / 2


def triplet(x, y, margin):
    """Row by row, as the paper says it."""
    z = F.normalize(torch.cat([x, y]), dim=1)
    n, losses = len(x), []
    for i in range(2 * n):
        partner = (i + n) % (2 * n)
        d = (z[i] - z[partner]).pow(2).sum()
        negatives = [(z[i] - z[j]).pow(2).sum() for j in range(2 * n) if j not in (i, partner)]
        farther = [v for v in negatives if v > d]
        losses.append(F.relu(margin + d - (min(farther) if farther else max(negatives))))
    return torch.stack(losses).mean()


CASES = {
    "SupCon": lambda c: supcon(c["x"], c["y"], torch.tensor([0, 0, 1, 2, 1, 0]), 0.2),
    "SupCon without groups": lambda c: supcon(c["x"], c["y"], torch.arange(N), 0.2),
    "DCL": lambda c: dcl(c["x"], c["y"], 0.2),
    "DCLW": lambda c: dcl(c["x"], c["y"], 0.2, sigma=0.5),
    "debiased": lambda c: debiased(c["x"], c["y"], 0.5, 0.3),
    "debiased without a prior": lambda c: debiased(c["x"], c["y"], 0.2, 0),
    "InfoNCE": lambda c: info_nce(c["px"], c["py"], c["tx"], c["ty"], c["queue"], 0.2),
    "MoCo v3": lambda c: moco_v3(c["px"], c["py"], c["tx"], c["ty"], 0.2),
    "BYOL": lambda c: byol(c["px"], c["py"], c["tx"], c["ty"]),
    "SimSiam": lambda c: simsiam(c["px"], c["py"], c["x"], c["y"]),
    "Barlow Twins": lambda c: barlow(c["x"], c["y"], 0.005),
    "VICReg": lambda c: vicreg(c["x"], c["y"], 25, 25, 1),
    "alignment and uniformity": lambda c: align_uniform(c["x"], c["y"], 2, 2, 1),
    "alignment of another power": lambda c: align_uniform(c["x"], c["y"], 3, 1, 0.5),
    "triplet": lambda c: triplet(c["x"], c["y"], 0.2),
    "triplet of a wide margin": lambda c: triplet(c["x"], c["y"], 1.5),
}


def known_mean(losses, known):
    return losses[known].mean()


POSITIVE = torch.tensor([0.5, 1, 2, 3, 0.25])
COLUMN_CASES = {
    "sigmoid": lambda x, signs, targets, known: known_mean(
        F.binary_cross_entropy_with_logits(x, signs, reduction="none"), known),
    "sigmoid with positive weights": lambda x, signs, targets, known: known_mean(
        F.binary_cross_entropy_with_logits(x, signs, reduction="none", pos_weight=POSITIVE), known),
    "squared error": lambda x, signs, targets, known: known_mean(F.mse_loss(x, targets, reduction="none"), known),
}


def columns(x):
    targets = numbers(N, D)
    signs, known = (numbers(N, D) > 0).double(), numbers(N, D) > -0.5
    written = {"signs": signs.flatten().tolist(), "targets": targets.flatten().tolist(),
               "known": known.double().flatten().tolist(), "cases": {}}
    for name, loss in COLUMN_CASES.items():
        output = (4 * x).clone().requires_grad_()
        value = loss(output, signs, targets, known)
        value.backward()
        written["cases"][name] = {"value": value.item(), "gradient": output.grad.flatten().tolist()}
    return written


def numbers(*shape):
    return (torch.randn(*shape) * 1e4).round() / 1e4


def main():
    inputs = {name: numbers(N, D) for name in ("x", "px", "py", "tx", "ty")}
    # The second views are near the first, so that some negatives are nearer and some farther than the partner.
    inputs["y"] = ((inputs["x"] + 0.8 * numbers(N, D)) * 1e4).round() / 1e4
    inputs["queue"] = F.normalize(numbers(2 * N + 4, D), dim=1)
    written = {"inputs": {name: value.flatten().tolist() for name, value in inputs.items()}, "cases": {}}
    for name, loss in CASES.items():
        case = {key: value.clone().requires_grad_() for key, value in inputs.items()}
        value = loss(case)
        value.backward()
        gradient = lambda key: (torch.zeros_like(case[key]) if case[key].grad is None else case[key].grad).flatten().tolist()
        written["cases"][name] = {
            "value": value.item(), "online": gradient("x") + gradient("y"), "predicted": gradient("px") + gradient("py")}
    written["columns"] = columns(inputs["x"])
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "losses.json"), "w") as file:
        json.dump(written, file, indent=0)


main()
