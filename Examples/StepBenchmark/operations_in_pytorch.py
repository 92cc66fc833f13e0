"""Times operations in turn in this package and in PyTorch, each on one thread, and prints a table of both.

    pip install torch==2.13.0+cpu
    swift build -c release --product StepBenchmark
    env -u OPENBLAS_CORETYPE -u OPENBLAS_L2_SIZE python3 Examples/StepBenchmark/operations_in_pytorch.py

The operations are rows of `StepBenchmark --operations`; sizes are read from its output. A row has the value alone, and its
gradients with what of the value they need: for PyTorch, its forward and backward pass. Medians of three runs in turn.
Before each timed run both do the same other work, which leaves the caches as cold: a product of matrices if the operation
is one of products, or else a copy of as many bytes as it reads and writes.
"""
import re, statistics, subprocess, time
import torch
import torch.nn.functional as F

torch.set_num_threads(1)


def convolution(stride):
    def apply(x, w):
        return F.conv2d(x, w, stride=stride, padding=w.shape[-1] // 2, groups=w.shape[0])

    return apply


def images(shape):
    return torch.randn(shape[0], shape[3], shape[1], shape[2]).to(memory_format=torch.channels_last)


def kernels(shape):
    return torch.randn(shape[3], shape[2], shape[0], shape[1])


def plain(shape):
    return torch.randn(shape)


def channels_first(shape):  # [N, pixels, C], as PyTorch's group norm has it in channels_last
    n, pixels, c = shape
    side = int(pixels**0.5)
    return torch.randn(n, c, side, side).to(memory_format=torch.channels_last)


ROWS = {
    "exp": (torch.exp, [plain]),
    "log": (torch.log, [lambda shape: torch.rand(shape) * 9.9 + 0.1]),
    "tanh": (torch.tanh, [plain]),
    "erf": (torch.erf, [plain]),
    "sigmoid": (torch.sigmoid, [plain]),
    "gelu": (F.gelu, [plain]),
    "silu": (F.silu, [plain]),
    "logSumExp": (lambda x: torch.logsumexp(x, 1), [plain]),
    "softmax": (lambda x: torch.softmax(x, -1), [plain]),
    "softmax over rows": (lambda x: torch.softmax(x, 1), [plain]),
    "layer norm": (lambda x, w, b: F.layer_norm(x, w.shape, w, b, 1e-6), [plain, plain, plain]),
    "group norm": (lambda x, w, b: F.group_norm(x, 8, w, b), [channels_first, plain, plain]),
    "depthwise convolution 7x7": (convolution(1), [images, kernels]),
    "depthwise convolution 3x3": (convolution(1), [images, kernels]),
    "depthwise convolution 5x5 by 2": (convolution(2), [images, kernels]),
}


def median(run, before):
    run(), run()
    times, start = [], time.time()
    while len(times) < 9 or len(times) < 201 and time.time() - start < 0.3:
        before()
        t = time.perf_counter()
        run()
        times.append(time.perf_counter() - t)
    return statistics.median(times) * 1e3


def other_work(name, tensors):
    if name.startswith("depthwise"):
        a, b, c = torch.ones(512, 512), torch.ones(512, 512), torch.ones(512, 512)
        return lambda: torch.mm(a, b, out=c)
    source = torch.ones(sum(tensor.numel() for tensor in tensors) // 2)
    target = source.clone()
    return lambda: target.copy_(source)


def in_pytorch(name, shapes):
    function, makers = ROWS[name]
    operands = [make(shape).requires_grad_() for make, shape in zip(makers, shapes)]
    upstream = torch.randn_like(function(*operands))

    def value():
        with torch.no_grad():
            function(*operands)

    before_value = other_work(name, operands + [upstream])
    before_gradients = other_work(name, operands + operands + [upstream])

    def gradients():
        torch.autograd.grad(function(*operands), operands, upstream)

    return median(value, before_value), median(gradients, before_gradients)


def here():
    output = subprocess.run([".build/release/StepBenchmark", "--operations"], capture_output=True, text=True, check=True)
    found = {}
    for line in output.stdout.splitlines():
        match = re.match(r"\s*([\d.]+)\s+[\d.]+ \S+\s+[\d.]+\s+\S+\s+(.*?)(, gradients)? (\[.*)", line)
        if match and match[2] in ROWS:
            shapes = [[int(n) for n in s.split(", ")] for s in re.findall(r"\[([\d, ]+)\]", match[4])]
            found.setdefault(match[2], {"shapes": shapes})["gradients" if match[3] else "value"] = float(match[1])
    return found


def main():
    rounds = []
    for _ in range(3):
        found = here()
        rounds.append({name: (row, in_pytorch(name, row["shapes"])) for name, row in found.items()})
    print(f"ms on one thread, torch {torch.__version__}")
    print("| operation | value | PyTorch | ratio | gradients | PyTorch | ratio |\n|---|---|---|---|---|---|---|")
    for name in rounds[0]:
        cells = []
        for index, what in enumerate(["value", "gradients"]):
            own = statistics.median(round[name][0][what] for round in rounds)
            other = statistics.median(round[name][1][index] for round in rounds)
            ratio = statistics.median(round[name][1][index] / round[name][0][what] for round in rounds)
            cells += [f"{own:.2f}", f"{other:.2f}", f"{ratio:.1f}"]
        sizes = " ".join(str(shape) for shape in rounds[0][name][0]["shapes"])
        print(f"| {name} {sizes} | " + " | ".join(cells) + " |")


main()
