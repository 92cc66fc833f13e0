"""Writes checkpoints of many kinds with PyTorch, and what is in them: pip install torch==2.13.0 numpy.

    python make_torch_fixtures.py    # in this folder; writes torch/*.pth and torch/expected.json

The bytes are the same each time, but for addresses of memory in three of the files that are refused.
"""
import argparse
import collections
import json
import os
import pathlib
import zipfile

import numpy
import torch

folder = pathlib.Path(__file__).parent / "torch"
folder.mkdir(exist_ok=True)
expected = {}
generator = torch.Generator().manual_seed(0)


def random(*shape, type=torch.float32):
    return torch.randn(*shape, generator=generator).to(type)


def described(tensor, type):
    """The values in row-major order, as numbers that JSON keeps exactly."""
    return {"type": type, "shape": list(tensor.shape), "values": tensor.detach().double().reshape(-1).tolist()}


def save(name, content, tensors, unread=(), **settings):
    """Writes a file, and the tensors that a reader finds in it by name."""
    torch.save(content, folder / f"{name}.pth", **settings)
    kinds = {torch.float64: "float64", torch.int64: "int64", torch.int32: "int32"}
    expected[name] = {
        "tensors": {key: described(value, kinds.get(value.dtype, "float32")) for key, value in tensors.items()},
        "unread": sorted(unread),
    }


def layers():
    return collections.OrderedDict(
        [("conv1.weight", random(4, 3, 2, 2)), ("bn1.weight", random(4)), ("bn1.num_batches_tracked", torch.tensor(5))]
    )


def prefixed(prefix, tensors):
    return {prefix + key: value for key, value in tensors.items()}


plain = layers()
plain._metadata = collections.OrderedDict([("", {"version": 1})])
save("plain", plain, plain)
save("dictionary", dict(plain), plain)
optimizer = torch.optim.SGD([torch.nn.Parameter(random(3))], 0.1, momentum=0.9)
optimizer.param_groups[0]["params"][0].grad = random(3)
optimizer.step()
momentum = optimizer.state_dict()["state"][0]["momentum_buffer"]
save(
    "nested",
    {"epoch": 3, "arch": "resnet50", "best": 0.5, "state_dict": plain, "optimizer": optimizer.state_dict()},
    {**prefixed("state_dict.", plain), "optimizer.state.0.momentum_buffer": momentum},
)
parallel = prefixed("module.", layers())
save("parallel", {"model": parallel}, prefixed("model.", parallel))
parameters = {"weight": torch.nn.Parameter(random(2, 3)), "bias": torch.nn.Parameter(random(2), requires_grad=False)}
save("parameters", parameters, parameters)
annotated = torch.nn.Parameter(random(3))
annotated.note = "text"
save("parameter-with-state", {"weight": annotated}, {"weight": annotated})
tagged = random(3)
tagged.note = "text"
save("tensor-with-state", {"weight": tagged}, {"weight": tagged})
base = random(6, 4)
shared = {"whole": base, "rows": base[2:4], "row": base[5]}
save("shared", shared, shared)
strided = {"columns": base[:, 1:3], "everyOther": base[::2, ::3]}
save("strided", strided, strided)
transposed = {"transposed": base.t(), "permuted": random(2, 3, 4).permute(2, 0, 1)}
save("transposed", transposed, transposed)
last = {"weight": random(2, 3, 2, 2).to(memory_format=torch.channels_last)}
save("channels-last", last, last)
expanded = {"expanded": random(3, 1).expand(3, 5)}
save("expanded", expanded, expanded)
half = {"half": torch.tensor([1.5, -(2.0**-24), 65504, -0.0, 2.0**-14], dtype=torch.float16)}
save("half", half, half)
brain = {"brain": torch.tensor([1.5, -3e38, 1e-40], dtype=torch.bfloat16)}
save("bfloat16", brain, brain)
double = {"double": torch.tensor([1 / 3, -1e300], dtype=torch.float64)}
save("double", double, double)
ints = {"int": torch.tensor([-1, 2**31 - 1], dtype=torch.int32), "long": torch.tensor([-(2**53), 7])}
others = {"bool": torch.tensor([True]), "byte": torch.tensor([1], dtype=torch.uint8), "complex": torch.tensor([1j])}
save("integers", {**ints, **others}, ints, unread=others)
scalars = {"scalar": torch.tensor(1.25), "empty": torch.zeros(0, 4), "one": random(1)}
save("scalars", scalars, scalars)
for protocol in (3, 4, 5):
    save(f"protocol-{protocol}", {"state_dict": plain}, prefixed("state_dict.", plain), pickle_protocol=protocol)
torch.serialization.set_crc32_options(False)
save("without-checksums", plain, plain)
torch.serialization.set_crc32_options(True)


class Callback:
    """A class that a reader does not have."""

    def __init__(self):
        self.weights = [random(2)]


save(
    "lightning",
    {
        "state_dict": prefixed("backbone.", plain),
        "hyper_parameters": argparse.Namespace(rate=0.1, sizes=[1, 2], names=("a", None, True)),
        "callbacks": {"ModelCheckpoint": Callback(), "large": 2**80, "negative": -(2**40), "bytes": b"abc"},
    },
    prefixed("state_dict.backbone.", plain),
)
listed = random(2)
save("lists", [{"weight": base}, (listed, 3)], {"0.weight": base, "1.0": listed})
save("keys", {0: {"größe": listed}, ("tuple",): listed, "a": {"a": listed}}, {"0.größe": listed, "a.a": listed})
quantized = torch.quantize_per_tensor(base, 0.1, 10, torch.qint8)
rare = {
    "quantized": quantized,
    "sparse": base.to_sparse(),
    "conjugate": torch.tensor([1 + 2j]).conj(),
    "negative": torch.tensor([1 + 2j]).conj().imag,
    "eight": listed.to(torch.float8_e4m3fn),
}
save("rare", {"weight": base, **rare}, {"weight": base}, unread=rare)


class Evil:
    def __reduce__(self):
        return (os.system, ("touch /tmp/a-checkpoint-ran-a-command",))


save("evil", {"weight": base, "evil": Evil()}, {"weight": base})

# Those that are refused, by the sentences of the test.
torch.save(plain, folder / "legacy.pth", _use_new_zipfile_serialization=False)
torch.jit.save(torch.jit.script(torch.nn.Linear(2, 2)), folder / "program.pth")
torch.save(torch.nn.Linear(2, 2), folder / "module.pth")
torch.save({"epoch": 3}, folder / "empty.pth")
torch.save({"a.b": listed, "a": {"b": listed}}, folder / "repeated.pth")
numpy.savez(folder / "arrays.npz", weight=base.numpy())
with zipfile.ZipFile(folder / "plain.pth") as source:
    with zipfile.ZipFile(folder / "compressed.pth", "w", zipfile.ZIP_DEFLATED) as packed:
        for entry in source.namelist():
            packed.writestr(zipfile.ZipInfo(entry), source.read(entry), compress_type=zipfile.ZIP_DEFLATED)
    with zipfile.ZipFile(folder / "big-endian.pth", "w") as packed:
        for entry in source.namelist():
            content = b"big" if entry.endswith("byteorder") else source.read(entry)
            packed.writestr(zipfile.ZipInfo(entry), content)

(folder / "expected.json").write_text(json.dumps(expected, indent=1, sort_keys=True, ensure_ascii=False) + "\n")
