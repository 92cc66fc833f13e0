"""Write the reference values that the tests compare with, computed by PyTorch in double precision.

    python3 -m venv venv
    venv/bin/pip install --extra-index-url https://download.pytorch.org/whl/cpu torch==2.13.0+cpu numpy safetensors
    venv/bin/pip install --no-deps torchvision==0.28.0
    venv/bin/python Tests/Fixtures/make_fixtures.py            # writes the files beside this script
    venv/bin/python Tests/Fixtures/make_fixtures.py --check    # the same, and every gradient against finite differences

Every value is drawn from a generator seeded by the name of its case, so adding a case leaves the others as they are.
Layouts: activations [N, H, W, C], convolution weights [kh, kw, in / groups, out], linear weights [in, out]; only the
resnet_*.safetensors files hold weights as torchvision does. README.md, beside this script, describes the files.
"""
import argparse, copy, json, math, pathlib, zlib
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from safetensors import safe_open
from safetensors.numpy import save_file

HERE = pathlib.Path(__file__).resolve().parent
torch.set_num_threads(1)
torch.use_deterministic_algorithms(True)


def generator(name):
    return np.random.RandomState(zlib.crc32(name.encode()))  # RandomState's streams are frozen


def single(a):
    """Rounds to single precision and back, so that a test in either precision starts from the same numbers."""
    return np.asarray(a, np.float32).astype(np.float64)


# Inputs. Each takes the case's generator and a shape.
def normal(r, *shape):
    return single(r.standard_normal(shape))


def positive(r, *shape):
    return single(r.uniform(0.2, 3, shape))


def nonzero(r, *shape):
    """Both signs, at least 0.1 from zero."""
    a = r.standard_normal(shape)
    return single(a + np.copysign(0.1, a))


def distinct(r, *shape, shift=0.0):
    """Multiples of 1/8 that never repeat: no ties in a maximum."""
    n = int(np.prod(shape))
    return ((r.permutation(n) - n // 2) / 8 + shift).reshape(shape)


# Cases.
tensors, cases, checks = {}, {}, []


def add(operation, name, function, inputs, constant=(), extra=None, **attributes):
    """Records one case. Integer inputs, and those listed in `constant`, get no gradient."""
    key = f"{operation}/{name}"
    assert key not in cases, key
    cases[key] = attributes
    given = [torch.tensor(a) for a in inputs]
    varying = [i for i, t in enumerate(given) if t.dtype == torch.float64 and i not in constant]
    for i in varying:
        given[i].requires_grad_()
    output = function(*given)
    upstream = torch.tensor(normal(generator(key + "/upstream"), *output.shape))
    output.backward(upstream)

    def put(role, t):
        tensors[f"{key}/{role}"] = np.array(t.detach().numpy(), order="C")  # unlike ascontiguousarray, keeps rank 0

    for i, t in enumerate(given):
        put(f"input{i}", t)
        if i in varying:
            put(f"gradient{i}", torch.zeros_like(t) if t.grad is None else t.grad)
    put("output", output)
    put("upstream", upstream)
    for role, t in (extra or {}).items():
        put(role, t)
    checks.append((key, function, given))


def elementwise():
    shapes = {"vector": (17,), "odd": (3, 1, 5, 7), "scalar": ()}
    binary = {"same": ((2, 3, 1, 17), (2, 3, 1, 17)), "broadcast": ((2, 1, 4, 3), (5, 1, 3)), "channels": ((2, 3, 3, 17), (17,)),
              "scalarRight": ((3, 5), ()), "scalarLeft": ((), (2, 9))}
    for operation, function in {"add": torch.add, "subtract": torch.subtract, "multiply": torch.multiply, "divide": torch.divide}.items():
        for name, (a, b) in binary.items():
            r = generator(f"{operation}/{name}")
            add(operation, name, function, [normal(r, *a), (nonzero if operation == "divide" else normal)(r, *b)])
    for operation, function in {"maximum": torch.maximum, "minimum": torch.minimum}.items():
        for name, (a, b) in binary.items():
            r = generator(f"{operation}/{name}")
            add(operation, name, function, [distinct(r, *a), distinct(r, *b, shift=1 / 16)])
    unary = {  # function, values, the range of the case "wide"
        "negate": (torch.neg, normal, None), "exp": (torch.exp, normal, (-20, 20)), "log": (torch.log, positive, (1e-3, 1e6)),
        "sqrt": (torch.sqrt, positive, (1e-3, 1e6)), "rsqrt": (torch.rsqrt, positive, (1e-3, 1e6)), "tanh": (torch.tanh, normal, (-20, 20)),
        "sigmoid": (torch.sigmoid, normal, (-40, 40)), "relu": (torch.relu, nonzero, None), "gelu": (F.gelu, normal, (-6, 6)),
        "silu": (F.silu, normal, (-20, 20)), "erf": (torch.erf, normal, (-4, 4)), "abs": (torch.abs, nonzero, None)}
    for operation, (function, values, wide) in unary.items():
        for name, shape in shapes.items():
            add(operation, name, function, [values(generator(f"{operation}/{name}"), *shape)])
        if wide:
            spread = np.geomspace if wide[0] > 0 else np.linspace
            add(operation, "wide", function, [single(spread(*wide, 33))])
    for name, exponent in {"square": 2.0, "cube": 3.0, "reciprocal": -1.0, "root": 0.5}.items():
        values = positive if exponent == 0.5 else nonzero
        for shape in [(17,), (2, 1, 3, 5)]:
            case = name if len(shape) == 1 else name + "Odd"
            add("power", case, lambda x, e=exponent: x.pow(e), [values(generator("power/" + case), *shape)], exponent=exponent)
    comparisons = {"greater": torch.gt, "greaterOrEqual": torch.ge, "less": torch.lt, "lessOrEqual": torch.le, "equal": torch.eq,
                   "notEqual": torch.ne}
    for name, compare in comparisons.items():  # small integers, so that some are equal
        r = generator("select/" + name)
        operands = [r.randint(0, 3, (3, 1, 17)).astype(np.float64) for _ in range(2)]
        add("select", name, lambda l, r, a, b, c=compare: torch.where(c(l, r), a, b),
            operands + [normal(r, 3, 1, 17), normal(r, 3, 1, 17)], constant=(0, 1), comparison=name)
    r = generator("select/broadcast")
    add("select", "broadcast", lambda l, r, a, b: torch.where(l > r, a, b),
        [nonzero(r, 2, 3, 5), np.float64(0), normal(r, 3, 5), np.float64(-1.5)], constant=(0, 1), comparison="greater")


AXES = {"last": ((3, 4, 17), (2,)), "first": ((3, 4, 5), (0,)), "middle": ((3, 7, 5), (1,)), "several": ((2, 3, 4, 5), (0, 2)),
        "leading": ((2, 3, 1, 17), (0, 1, 2)), "all": ((3, 5, 7), (0, 1, 2)), "ones": ((4, 1, 3), (1,)), "vector": ((33,), (0,))}


def reductions():
    functions = {"sum": (torch.sum, normal), "mean": (torch.mean, normal), "max": (torch.amax, distinct), "min": (torch.amin, distinct),
                 "logsumexp": (torch.logsumexp, normal)}
    for operation, (function, values) in functions.items():
        for name, (shape, axes) in AXES.items():
            add(operation, name, lambda x, f=function, a=axes: f(x, a), [values(generator(f"{operation}/{name}"), *shape)],
                axes=list(axes), keepdims=False)
    for name, (shape, axes) in AXES.items():
        def log_softmax(x, a=axes):
            return x.log_softmax(a[0]) if len(a) == 1 else x - x.logsumexp(a, True)
        for operation, function in {"softmax": lambda x, f=log_softmax: f(x).exp(), "logSoftmax": log_softmax}.items():
            add(operation, name, function, [normal(generator(f"{operation}/{name}"), *shape)], axes=list(axes))
    for operation, function in {"logsumexp": torch.logsumexp, "softmax": torch.softmax, "logSoftmax": torch.log_softmax}.items():
        add(operation, "large", lambda x, f=function: f(x, 1), [single(normal(generator(operation + "/large"), 4, 9) * 1000)],
            axes=[1], **({"keepdims": False} if operation == "logsumexp" else {}))
    for name, shape in {"image": (2, 3, 5, 17), "point": (4, 1, 1, 3), "single": (1, 3, 3, 2)}.items():
        def moments(x):
            return torch.stack([x.mean((0, 1, 2)), x.var((0, 1, 2), unbiased=False)])
        add("moments", name, moments, [normal(generator("moments/" + name), *shape)], axes=[0, 1, 2])


def products():
    for name, (m, k, n, batch, ta, tb) in {
            "plain": (5, 7, 3, (), False, False), "wide": (3, 17, 33, (), False, False), "transposeA": (5, 7, 3, (), True, False),
            "transposeB": (5, 7, 3, (), False, True), "transposeBoth": (5, 7, 3, (), True, True), "row": (1, 9, 4, (), False, False),
            "column": (6, 5, 1, (), False, False), "outer": (4, 1, 6, (), False, False), "dot": (1, 17, 1, (), False, False),
            "batched": (4, 5, 6, (3,), False, False), "batchedTransposeA": (4, 5, 6, (3,), True, False),
            "batchedTransposeB": (4, 5, 6, (3,), False, True), "batchedTransposeBoth": (4, 5, 6, (3,), True, True)}.items():
        r = generator("matmul/" + name)
        add("matmul", name, lambda a, b, ta=ta, tb=tb: (a.mT if ta else a) @ (b.mT if tb else b),
            [normal(r, *batch, *((k, m) if ta else (m, k))), normal(r, *batch, *((n, k) if tb else (k, n)))], transposeA=ta, transposeB=tb)
    for name, (shape, kernel, out, stride, padding, groups) in {
            "3x3": ((2, 5, 5, 3), (3, 3), 4, (1, 1), (1, 1), 1), "3x3Wide": ((1, 3, 4, 17), (3, 3), 5, (1, 1), (1, 1), 1),
            "3x3Valid": ((2, 5, 4, 2), (3, 3), 3, (1, 1), (0, 0), 1), "3x3Stride2": ((2, 7, 7, 3), (3, 3), 5, (2, 2), (1, 1), 1),
            "3x3Stride2Even": ((1, 6, 8, 3), (3, 3), 4, (2, 2), (1, 1), 1), "1x1": ((2, 3, 5, 7), (1, 1), 17, (1, 1), (0, 0), 1),
            "1x1Stride2": ((2, 5, 5, 6), (1, 1), 9, (2, 2), (0, 0), 1), "1x1Stride2Even": ((2, 4, 6, 5), (1, 1), 3, (2, 2), (0, 0), 1),
            "7x7Stride2": ((1, 9, 11, 3), (7, 7), 2, (2, 2), (3, 3), 1), "groups2": ((2, 5, 4, 6), (3, 3), 8, (1, 1), (1, 1), 2),
            "groups2Stride2": ((1, 5, 5, 4), (3, 3), 6, (2, 2), (1, 1), 2), "groups1x1": ((2, 3, 2, 6), (1, 1), 9, (1, 1), (0, 0), 3),
            "depthwise": ((2, 4, 5, 9), (3, 3), 9, (1, 1), (1, 1), 9), "depthwiseMultiplier": ((1, 4, 4, 3), (3, 3), 6, (1, 1), (1, 1), 3),
            "point": ((3, 1, 1, 5), (3, 3), 4, (1, 1), (1, 1), 1), "point1x1": ((3, 1, 1, 5), (1, 1), 4, (1, 1), (0, 0), 1),
            "pointStride2": ((2, 1, 1, 4), (3, 3), 3, (2, 2), (1, 1), 1), "oneChannel": ((1, 6, 5, 1), (3, 3), 1, (1, 1), (1, 1), 1),
            "whole": ((2, 3, 3, 4), (3, 3), 5, (1, 1), (0, 0), 1), "rectangular": ((2, 7, 6, 3), (3, 5), 4, (2, 1), (1, 2), 1)}.items():
        r = generator("conv2d/" + name)
        add("conv2d", name,
            lambda x, w, s=stride, p=padding, g=groups: F.conv2d(
                x.permute(0, 3, 1, 2), w.permute(3, 2, 0, 1), stride=s, padding=p, groups=g).permute(0, 2, 3, 1),
            [normal(r, *shape), normal(r, *kernel, shape[3] // groups, out)], stride=list(stride), padding=list(padding), groups=groups)


    for name, (shape, kernel, out, stride, padding, groups, dilation) in {
            "dilated2": ((2, 7, 6, 3), (3, 3), 4, (1, 1), (2, 2), 1, (2, 2)), "dilated3Valid": ((1, 9, 8, 2), (3, 3), 3, (1, 1), (0, 0), 1, (3, 3)),
            "dilated3Stride2": ((2, 9, 8, 3), (3, 3), 2, (2, 2), (3, 3), 1, (3, 3)), "dilatedGroups2": ((1, 6, 5, 4), (3, 3), 6, (1, 1), (2, 2), 2, (2, 2)),
            "dilatedDepthwise": ((2, 7, 6, 17), (3, 3), 17, (1, 1), (2, 2), 17, (2, 2)),
            "dilatedRectangular": ((1, 7, 20, 2), (3, 2), 3, (1, 2), (1, 0), 1, (2, 3))}.items():
        r = generator("conv2d/" + name)
        add("conv2d", name,
            lambda x, w, s=stride, p=padding, g=groups, d=dilation: F.conv2d(
                x.permute(0, 3, 1, 2), w.permute(3, 2, 0, 1), stride=s, padding=p, groups=g, dilation=d).permute(0, 2, 3, 1),
            [normal(r, *shape), normal(r, *kernel, shape[3] // groups, out)], stride=list(stride), padding=list(padding), groups=groups,
            dilation=list(dilation))


def attentions():
    def heads(x, count):
        return x.unflatten(2, (count, -1)).transpose(1, 2)

    def attention(q, k, v, *rest, count, biased, masked):
        mask = (rest[-1] != 0) if masked else None
        mask = mask[:, None, None] if masked and mask.ndim == 2 else mask
        if biased:
            mask = rest[0].masked_fill(~mask, -math.inf) if masked else rest[0]
        return F.scaled_dot_product_attention(*(heads(x, count) for x in (q, k, v)), attn_mask=mask).transpose(1, 2).flatten(2)

    def lengths(keys, *counts):
        return (np.arange(keys) < np.array(counts)[:, None]).astype(np.float64)

    # images, queries, keys, channels, heads; the shape of a bias; a mask, 0 where a key takes no part
    for name, ((n, q, k, c, count), bias, mask) in {
            "same": ((2, 5, 5, 6, 2), None, None), "cross": ((2, 3, 7, 8, 2), None, None), "oneKey": ((1, 4, 1, 6, 3), None, None),
            "oneQuery": ((2, 1, 17, 4, 1), None, None), "tiles": ((1, 50, 70, 6, 2), None, None),
            "bias": ((2, 3, 7, 8, 2), (2, 2, 3, 7), None), "biasOfHeads": ((2, 3, 7, 8, 2), (1, 2, 3, 7), None),
            "biasOfKeys": ((2, 3, 7, 8, 2), (1, 1, 1, 7), None), "biasOfImages": ((2, 3, 20, 8, 2), (2, 1, 1, 20), None),
            "padding": ((3, 4, 20, 6, 2), None, lengths(20, 20, 16, 1)), "noKeys": ((3, 2, 5, 4, 2), None, lengths(5, 3, 0, 5)),
            "causal": ((2, 6, 6, 6, 3), None, np.tril(np.ones((1, 1, 6, 6)))),
            "biasAndPadding": ((2, 50, 40, 8, 2), (1, 2, 50, 40), lengths(40, 33, 12))}.items():
        r = generator("attention/" + name)
        shapes = [(n, q, c), (n, k, c), (n, k, c)] + ([bias] if bias else [])
        attributes = {"biased": bias is not None, "masked": mask is not None}
        add("attention", name, lambda *x, h=count, a=attributes: attention(*x, count=h, **a),
            [normal(r, *s) for s in shapes] + ([] if mask is None else [mask]), constant=(len(shapes),), heads=count, **attributes)
    for name, ((n, t, c, count), mask) in {"plain": ((2, 5, 6, 3), None), "padding": ((2, 18, 8, 2), lengths(18, 18, 5))}.items():
        r = generator("selfAttention/" + name)
        add("selfAttention", name,
            lambda x, *rest, h=count: attention(*x.chunk(3, 2), *rest, count=h, biased=False, masked=len(rest) > 0),
            [normal(r, n, t, 3 * c)] + ([] if mask is None else [mask]), constant=(1,), heads=count, masked=mask is not None)


def pools():
    windows = {"3x3Stride2": ((2, 7, 7, 3), (3, 3), (2, 2), (1, 1)), "3x3Stride2Even": ((1, 8, 6, 5), (3, 3), (2, 2), (1, 1)),
               "2x2": ((2, 4, 6, 3), (2, 2), (2, 2), (0, 0)), "2x2Odd": ((1, 5, 7, 3), (2, 2), (2, 2), (0, 0)),
               "overlapping": ((2, 5, 6, 2), (3, 3), (1, 1), (0, 0)), "channels17": ((1, 4, 4, 17), (2, 2), (2, 2), (0, 0)),
               "point": ((2, 1, 1, 3), (3, 3), (2, 2), (1, 1)), "rectangular": ((1, 7, 5, 2), (3, 2), (2, 1), (1, 0))}
    for name, (shape, window, stride, padding) in windows.items():
        for operation in ("maxpool", "avgpool"):
            def pool(x, o=operation, k=window, s=stride, p=padding):
                x = x.permute(0, 3, 1, 2)
                return (F.max_pool2d(x, k, s, p) if o == "maxpool" else F.avg_pool2d(x, k, s, p, count_include_pad=True)).permute(0, 2, 3, 1)
            add(operation, name, pool, [(distinct if operation == "maxpool" else normal)(generator(f"{operation}/{name}"), *shape)],
                window=list(window), stride=list(stride), padding=list(padding),
                **({"countIncludePad": True} if operation == "avgpool" else {}))
    for name, shape in {"image": (2, 3, 5, 17), "point": (3, 1, 1, 4), "single": (1, 4, 2, 3)}.items():
        add("globalAveragePool", name, lambda x: x.mean((1, 2)), [normal(generator("globalAveragePool/" + name), *shape)])


def movements():
    for name, (shape, to) in {"flatten": ((2, 3, 4, 5), (2, 60)), "split": ((6, 5), (2, 3, 5)), "ones": ((4, 3), (4, 1, 3, 1)),
                              "toScalar": ((1, 1), ()), "fromScalar": ((), (1,))}.items():
        add("reshape", name, lambda x, s=to: x.reshape(s), [normal(generator("reshape/" + name), *shape)], shape=list(to))
    for name, (shape, order) in {"matrix": ((5, 7), (1, 0)), "swap": ((3, 4, 5), (0, 2, 1)), "rotate": ((3, 4, 5), (2, 0, 1)),
                                 "reverse": ((2, 3, 4, 5), (3, 2, 1, 0)), "toChannelsFirst": ((2, 3, 4, 17), (0, 3, 1, 2)),
                                 "toChannelsLast": ((2, 17, 3, 4), (0, 2, 3, 1)), "ones": ((1, 5, 1, 3), (2, 3, 0, 1)),
                                 "identity": ((2, 3), (0, 1))}.items():
        add("transpose", name, lambda x, o=order: x.permute(o), [normal(generator("transpose/" + name), *shape)], permutation=list(order))
    for name, (shape, start, end) in {"rows": ((7, 5), (2, 0), (5, 5)), "columns": ((4, 17), (0, 3), (4, 16)),
                                      "inner": ((3, 4, 5), (1, 1, 2), (3, 3, 4)), "one": ((3, 5), (2, 4), (3, 5)),
                                      "whole": ((3, 2), (0, 0), (3, 2)), "image": ((2, 5, 6, 3), (0, 1, 2, 0), (2, 4, 6, 2))}.items():
        add("slice", name, lambda x, s=start, e=end: x[tuple(map(slice, s, e))], [normal(generator("slice/" + name), *shape)],
            start=list(start), end=list(end))
    for name, (shapes, axis) in {"axis0": (((2, 5), (3, 5), (1, 5)), 0), "axis1": (((2, 3, 4), (2, 1, 4)), 1),
                                 "last": (((2, 3, 4), (2, 3, 17), (2, 3, 1)), 2), "channels": (((1, 2, 3, 5), (1, 2, 3, 2)), 3),
                                 "one": (((3, 2),), 0)}.items():
        r = generator("concatenate/" + name)
        add("concatenate", name, lambda *x, a=axis: torch.cat(x, a), [normal(r, *s) for s in shapes], axis=axis)
    for name, (shape, low, high) in {"vector": ((5,), (2,), (1,)), "matrix": ((3, 4), (0, 2), (1, 0)), "odd": ((2, 1, 5), (1, 0, 2), (0, 3, 1)),
                                     "image": ((2, 3, 4, 3), (0, 1, 2, 0), (0, 2, 1, 0)), "none": ((2, 3), (0, 0), (0, 0))}.items():
        def pad(x, l=low, h=high):
            return F.pad(x, [n for pair in zip(reversed(l), reversed(h)) for n in pair])
        add("pad", name, pad, [normal(generator("pad/" + name), *shape)], low=list(low), high=list(high))
    for name, (shape, rows) in {"matrix": ((7, 5), (3, 0, 3, 6, 1, 3, 0, 5, 4)), "wide": ((4, 17), (3, 2, 1, 0)), "one": ((5, 3), (4,)),
                                "same": ((3, 4), (1, 1, 1, 1)), "rank3": ((4, 2, 3), (2, 0, 2)), "rank1": ((6,), (5, 5, 0, 2))}.items():
        add("gather", name, lambda x, i: x.index_select(0, i), [normal(generator("gather/" + name), *shape), np.array(rows, np.int32)], axis=0)


def normalisations():
    epsilon, momentum = 1e-5, 0.1

    def first(f):  # torch wants the channels second
        return lambda x, *rest: f(x.movedim(-1, 1), *rest).movedim(1, -1)

    shapes = {"image": (2, 3, 5, 17), "matrix": (8, 6), "point": (5, 1, 1, 3), "single": (1, 4, 3, 2), "offset": (4, 3, 3, 5)}
    for name, shape in shapes.items():
        c = shape[-1]
        r = generator("batchNormTraining/" + name)
        x = single(normal(r, *shape) * 2 + (100 if name == "offset" else 0.5))  # "offset": the mean dwarfs the deviation
        mean, variance = torch.zeros(c, dtype=torch.float64), torch.ones(c, dtype=torch.float64)
        F.batch_norm(torch.tensor(x).movedim(-1, 1), mean, variance, training=True, momentum=momentum, eps=epsilon)
        add("batchNormTraining", name, first(lambda x, s, b: F.batch_norm(x, None, None, s, b, training=True, eps=epsilon)),
            [x, nonzero(r, c), normal(r, c)], extra={"runningMean": mean, "runningVariance": variance}, epsilon=epsilon, momentum=momentum)
        r = generator("batchNormInference/" + name)
        add("batchNormInference", name, first(lambda x, s, b, m, v: F.batch_norm(x, m, v, s, b, training=False, eps=epsilon)),
            [normal(r, *shape), nonzero(r, c), normal(r, c), normal(r, c), positive(r, c)], constant=(3, 4), epsilon=epsilon)
    for name, (shape, scale) in {"rows": ((4, 5), 1), "wide": ((3, 17), 1), "one": ((3, 1), 1), "rank3": ((2, 3, 7), 1),
                                 "small": ((3, 9), 1e-4), "large": ((3, 9), 1e4)}.items():
        x = nonzero(generator("l2Normalize/" + name), *shape)
        add("l2Normalize", name, lambda x: F.normalize(x, dim=-1, eps=1e-12), [single(x * scale)], axis=len(shape) - 1, epsilon=1e-12)


def nt_xent(z, temperature, pairing):
    n = len(z)
    z = F.normalize(z, dim=1, eps=1e-12)
    similarity = (z @ z.mT / temperature).masked_fill(torch.eye(n, dtype=torch.bool), -math.inf)
    row = torch.arange(n)
    return F.cross_entropy(similarity, row ^ 1 if pairing == "adjacent" else (row + n // 2) % n)


def nt_xent_plainly(z, temperature, pairing):
    """The definition, a row at a time: guards the one above."""
    n = len(z)
    z = [[v / math.sqrt(math.fsum(u * u for u in row)) for v in row] for row in z.tolist()]
    total = 0.0
    for i in range(n):
        s = [math.fsum(a * b for a, b in zip(z[i], z[j])) / temperature for j in range(n)]
        partner = (i + 1 if i % 2 == 0 else i - 1) if pairing == "adjacent" else (i + n // 2 if i < n // 2 else i - n // 2)
        total += math.log(math.fsum(math.exp(s[j] - s[partner]) for j in range(n) if j != i))
    return total / n


def losses():
    for name, (n, classes, scale) in {"plain": (4, 10, 1), "odd": (7, 17, 1), "oneRow": (1, 3, 1), "twoClasses": (5, 2, 1),
                                      "large": (6, 5, 300)}.items():
        for operation in ("crossEntropy", "crossEntropySmoothed", "crossEntropySoft"):
            r = generator(f"{operation}/{name}")
            logits = single(normal(r, n, classes) * scale)
            labels = r.randint(0, classes, n).astype(np.int32)
            if operation == "crossEntropySoft":
                target = torch.softmax(torch.tensor(normal(r, n, classes)), 1).numpy()
                add(operation, name, F.cross_entropy, [logits, target], constant=(1,), reduction="mean")
            else:
                smoothing = 0.1 if operation == "crossEntropySmoothed" else 0.0
                add(operation, name, lambda x, y, s=smoothing: F.cross_entropy(x, y.long(), label_smoothing=s), [logits, labels],
                    reduction="mean", **({"smoothing": smoothing} if smoothing else {}))

    for name, (n, classes, smoothing) in {"plain": (6, 4, 0.0), "smoothed": (7, 17, 0.1), "oneRow": (1, 3, 0.3)}.items():
        r = generator(f"crossEntropyWeighted/{name}")
        logits, labels = normal(r, n, classes), r.randint(0, classes, n).astype(np.int32)
        weights = positive(r, classes)
        add("crossEntropyWeighted", name, lambda x, y, w=torch.tensor(weights), s=smoothing: F.cross_entropy(
            x, y.long(), weight=w, label_smoothing=s), [logits, labels],
            reduction="mean", smoothing=smoothing, weights=weights.tolist())

    def case(name, z, temperature, pairing, expected=None):
        add("ntXent", name, lambda z: nt_xent(z, temperature, pairing), [z],
            pairing=pairing, temperature=temperature, pairs=len(z) // 2, epsilon=1e-12)
        loss = tensors[f"ntXent/{name}/output"]
        for other in [nt_xent_plainly(z, temperature, pairing)] + ([] if expected is None else [expected]):
            assert abs(loss - other) < 1e-12 * max(1, abs(other)), (name, loss, other)

    for pairing in ("adjacent", "halves"):
        for pairs, dimension in ((1, 5), (4, 16), (8, 17)):
            for temperature in (0.1, 0.5):
                name = f"{pairing}{pairs}At{temperature}"
                r = generator("ntXent/" + name)
                case(name, single(normal(r, 2 * pairs, dimension) * r.uniform(0.2, 5, (2 * pairs, 1))), temperature, pairing)
        case(f"{pairing}4At0.01", normal(generator(f"ntXent/{pairing}4At0.01"), 8, 7), 0.01, pairing)
        case(f"{pairing}8Collapsed", np.full((16, 4), 0.5), 0.1, pairing, math.log(15))
    known = np.array([[1.0, 0], [1, 0], [0, 1], [0, 1]])
    case("adjacentKnown", known, 0.5, "adjacent", math.log(1 + 2 * math.exp(-2)))
    case("halvesKnown", known[[0, 2, 1, 3]], 0.5, "halves", math.log(1 + 2 * math.exp(-2)))


# A small residual network, by torchvision's names.
nearest = {}  # for each number of channels, the least distance of a ReLU's input from its kink


def relu(x):
    nearest[x.shape[1]] = min(nearest.get(x.shape[1], math.inf), float(x.detach().abs().min()))
    return F.relu(x)


class Block(nn.Module):
    def __init__(self, i, o, stride):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(i, o, 3, stride, 1, bias=False), nn.BatchNorm2d(o)
        self.conv2, self.bn2 = nn.Conv2d(o, o, 3, 1, 1, bias=False), nn.BatchNorm2d(o)
        self.downsample = None
        if stride != 1 or i != o:
            self.downsample = nn.Sequential(nn.Conv2d(i, o, 1, stride, bias=False), nn.BatchNorm2d(o))

    def forward(self, x):
        y = self.bn2(self.conv2(relu(self.bn1(self.conv1(x)))))
        return relu(y + (x if self.downsample is None else self.downsample(x)))


class ResNet(nn.Module):
    def __init__(self, depths, width, classes):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, width, 7, 2, 3, bias=False), nn.BatchNorm2d(width)
        i = width
        for stage, n in enumerate(depths):
            o = width << stage
            blocks = [Block(i if b == 0 else o, o, 2 if b == 0 and stage > 0 else 1) for b in range(n)]
            setattr(self, f"layer{stage + 1}", nn.Sequential(*blocks))
            i = o
        self.fc = nn.Linear(i, classes)

    def forward(self, x):
        x = F.max_pool2d(relu(self.bn1(self.conv1(x))), 3, 2, 1)
        for stage in range(1, 5):
            x = getattr(self, f"layer{stage}")(x)
        return self.fc(x.mean((2, 3)))


def state(network):
    return {k: v for k, v in network.state_dict().items() if not k.endswith("num_batches_tracked")}


class LARS:
    def __init__(self, network, rate, momentum, decay, eta):
        self.rate, self.momentum, self.decay, self.eta = rate, momentum, decay, eta
        self.entries = [(w, torch.zeros_like(w), w.dim() > 1) for w in network.parameters()]  # rank 1: batch norm and biases

    def step(self):
        with torch.no_grad():
            for w, v, adapted in self.entries:
                g, trust = w.grad, 1.0
                if adapted:
                    g, trust = self.adapt(w, g)
                v.mul_(self.momentum).add_(g, alpha=self.rate * float(trust))
                w.sub_(v)

    def adapt(self, w, g):
        g = g + self.decay * w
        wn, gn = float(w.norm()), float(g.norm())
        return g, self.eta * wn / gn if wn > 0 and gn > 0 else 1.0


def trajectory(network, images, labels, optimizer):
    network.train()
    losses = []
    for x, y in zip(images, labels):
        network.zero_grad()
        loss = F.cross_entropy(network(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    network.eval()
    with torch.no_grad():
        return np.array(losses), network(images[0]).numpy()


def networks():
    w, g = torch.tensor([3.0, 4.0], dtype=torch.float64), torch.tensor([1.0, -2.0], dtype=torch.float64)
    assert abs(LARS(nn.Identity(), 1, 0.9, 0.1, 0.001).adapt(w, g)[1] - 0.00242535625) < 1e-12

    depths, width, classes, steps, n, size = [1, 1, 1, 1], 8, 10, 5, 8, 32
    # Of sixty seeds, one whose ReLU inputs all keep clear of zero in these steps. Where one lies within rounding of it,
    # single precision takes the other side: the losses then part by 1e-4 and more, and the test would tell nothing.
    r = np.random.RandomState(18)
    labels = r.randint(0, classes, (steps, n)).astype(np.int32)
    # Each image: a smooth pattern that its label sets the orientation and colour of, and noise.
    row, column = np.mgrid[0:size, 0:size][..., None] / size
    angle = labels[..., None, None, None] * (np.pi / classes)
    phase = r.uniform(0, 2 * np.pi, (steps, n, 1, 1, 3)) * 0.2 + labels[..., None, None, None] * np.arange(1, 4)
    pattern = np.sin(12 * (row * np.cos(angle) + column * np.sin(angle)) + phase)
    images = (pattern + r.standard_normal((steps, n, size, size, 3))).astype(np.float32)
    network = ResNet(depths, width, classes)
    with torch.no_grad():
        for k, t in state(network).items():
            if t.dim() == 4:  # He, by fan out, as torchvision
                a = r.standard_normal(t.shape) * math.sqrt(2 / (t.shape[0] * t.shape[2] * t.shape[3]))
            elif k.startswith("fc"):
                a = r.uniform(-1, 1, t.shape) / math.sqrt(network.fc.in_features)
            elif k.endswith(("weight", "running_var")):  # off 1 and 0, so that a mistaken name shows
                a = r.uniform(0.8, 1.2, t.shape)
            else:
                a = r.uniform(-0.1, 0.1, t.shape)
            t.copy_(torch.tensor(a))
    common = {f"initial/{k}": t.numpy().copy() for k, t in state(network).items()}
    architecture = {"depths": depths, "width": width, "classes": classes, "epsilon": 1e-5, "batchNormMomentum": 0.1}
    files = {"resnet_common.safetensors": ({**common, "images": images, "labels": labels}, architecture)}
    chosen = {"sgd": dict(rate=0.05, momentum=0.9, decay=1e-4), "lars": dict(rate=1.0, momentum=0.9, decay=1e-4, eta=0.001)}
    for name, s in chosen.items():
        def run(dtype, scale=1.0, channels_last=False):
            net = copy.deepcopy(network).to(dtype)
            optimizer = LARS(net, **s) if name == "lars" else torch.optim.SGD(
                net.parameters(), lr=s["rate"], momentum=s["momentum"], weight_decay=s["decay"])
            x = torch.tensor(images).to(dtype).mul(scale).permute(0, 1, 4, 2, 3)
            return (*trajectory(net, x if channels_last else x.contiguous(), torch.tensor(labels).long(), optimizer), state(net))

        nearest.clear()
        losses, evaluation, last = run(torch.float64)
        margins = {k: float(f"{v:.0e}") for k, v in nearest.items()}
        moved = [float((t - torch.tensor(common["initial/" + k])).norm() / t.norm()) for k, t in last.items()]
        print(name, "losses", losses, "least |ReLU input| by channels", margins, f"moved {min(moved):.0e} to {max(moved):.0e}")
        assert nearest[64] > 2e-4 and nearest[32] > 1e-4
        # Single precision, as it is and nudged by an ulp or so: what another implementation's rounding may do.
        for scale in (1, 1 + 1e-7, 1 - 1e-7, 1 + 2e-7):
            for channels_last in (False, True):
                l, e, w = run(torch.float32, scale, channels_last)
                apart = np.abs(l / losses - 1).max()
                distance = max(float((w[k].double() - t).norm() / t.norm()) for k, t in last.items())
                print(f"  single against double: losses {apart:.1e}, final {distance:.1e}, evaluation {np.abs(e - evaluation).max():.1e}")
                assert apart < 1e-5 and distance < 1e-4
        final = {f"final/{k}": t.numpy().astype(np.float32) for k, t in last.items()}
        files[f"resnet_{name}.safetensors"] = ({"losses": losses, "evaluation": evaluation, **final}, {"optimizer": name, **s, **architecture})
    for file, (content, attributes) in files.items():
        save(file, {k: np.array(v, order="C") for k, v in content.items()}, {"attributes": attributes})


def names():
    library = torch.library.Library("torchvision", "DEF")  # lets torchvision load without its compiled operators
    for operation in ("nms", "qnms"):
        try:
            library.define(f"{operation}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        except RuntimeError:
            pass
    import torchvision
    shapes, built = {}, {}
    for name in ("resnet18", "resnet50"):
        built[name] = getattr(torchvision.models, name)(weights=None)
        shapes[name] = {k: list(v.shape) for k, v in state(built[name]).items()}
    ours = ResNet([2, 2, 2, 2], 64, 1000)  # the small network above is torchvision's, but for its widths and depths
    ours.load_state_dict(built["resnet18"].state_dict())
    x = torch.tensor(normal(generator("torchvision"), 2, 3, 64, 64)).float()
    torch.testing.assert_close(ours(x), built["resnet18"](x))
    text = ",\n".join(f'  "{n}": {{\n' + ",\n".join(f'    "{k}": {json.dumps(v)}' for k, v in s.items()) + "\n  }" for n, s in shapes.items())
    (HERE / "resnet50_names.json").write_text("{\n" + text + "\n}\n")


def schedule():
    def rate(step, peak, warmup, total):
        if step < warmup:
            return peak * step / warmup
        return peak * math.cos(math.pi / 2 * min(1, (step - warmup) / (total - warmup))) ** 2  # = (1 + cos 2x) / 2

    def case(name, images, batch, epochs, warmup_epochs, base, scaling, steps=None):
        warmup, total = warmup_epochs * images // batch, epochs * images // batch + 1
        peak = base * batch / 256 if scaling == "linear" else base * math.sqrt(batch)
        steps = steps or range(total + 3)
        return {"name": name, "images": images, "batch": batch, "epochs": epochs, "warmupEpochs": warmup_epochs, "rate": base,
                "scaling": scaling, "peak": peak, "warmupSteps": warmup, "totalSteps": total,
                "values": [[s, rate(s, peak, warmup, total)] for s in steps]}

    steps = [0, 1, 2, 100, 244, 488, 975, 976, 977, 1000, 5000, 10000, 25146, 49316, 49317, 73487, 90000, 97000, 97655, 97656, 97657, 100000]
    found = [case("linear", 50000, 512, 1000, 10, 1.0, "linear", steps), case("squareRoot", 50000, 512, 1000, 10, 0.075, "squareRoot", steps),
             case("withoutWarmup", 1000, 64, 2, 0, 0.3, "linear"), case("short", 600, 32, 3, 1, 0.3, "linear")]
    example = dict(map(tuple, found[0]["values"]))
    assert (found[0]["warmupSteps"], found[0]["totalSteps"], example[488], example[976], example[97657] < 1e-30) == (976, 97657, 1, 2, True)
    text = ",\n".join("  " + json.dumps(c) for c in found)
    (HERE / "schedule.json").write_text("[\n" + text + "\n]\n")


def save(file, content, metadata):
    save_file(content, HERE / file, {k: json.dumps(v) for k, v in metadata.items()})
    with safe_open(HERE / file, "np") as f:  # read back
        assert set(f.keys()) == set(content)
        assert {k: json.loads(v) for k, v in f.metadata().items()} == metadata
        for k, v in content.items():
            t = f.get_tensor(k)
            assert t.dtype == v.dtype and t.shape == v.shape and np.array_equal(t, v) and np.isfinite(t).all(), k


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare every gradient with finite differences")
    check = parser.parse_args().check
    for group in (elementwise, reductions, products, attentions, pools, movements, normalisations, losses):
        group()
    for key, attributes in cases.items():  # the naming that README.md promises
        have = {k.rsplit("/", 1)[1] for k in tensors if k.startswith(key + "/")}
        inputs = sorted(r for r in have if r.startswith("input"))
        assert {"output", "upstream"} <= have and inputs == [f"input{i}" for i in range(len(inputs))], key
        assert any(r.startswith("gradient") for r in have), key
        assert tensors[key + "/upstream"].shape == tensors[key + "/output"].shape, key
        for role in have:
            a = tensors[f"{key}/{role}"]
            assert a.dtype == (np.int32 if a.dtype == np.int32 and role.startswith("input") else np.float64), (key, role)
            if role.startswith("gradient"):
                assert a.shape == tensors[f"{key}/input{role[8:]}"].shape, (key, role)
    assert {k.rsplit("/", 1)[0] for k in tensors} == set(cases)
    save("ops.safetensors", tensors, {"cases": cases})
    print(len(cases), "cases,", len(tensors), "tensors")
    if check:
        for key, function, given in checks:
            assert torch.autograd.gradcheck(function, given, eps=1e-6, atol=1e-5, rtol=1e-3, raise_exception=False), key
        print("every gradient agrees with finite differences")
    networks()
    names()
    schedule()
    for p in sorted(HERE.iterdir()):
        print(f"{p.stat().st_size:9,d} {p.name}")


if __name__ == "__main__":
    main()
