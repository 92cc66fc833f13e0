"""Writes python.safetensors with the reference implementation: pip install safetensors torch."""
import torch
from safetensors.torch import save_file

save_file(
    {
        "conv.weight": torch.arange(6, dtype=torch.float32).reshape(2, 3) / 4 - 0.5,
        "double": torch.tensor([1 / 3, -1e300], dtype=torch.float64),
        "half": torch.tensor([1.5, -2.0**-24, float("inf"), 65504, -0.0, 2.0**-14], dtype=torch.float16),
        "brain": torch.tensor([1.5, -3e38, float("-inf")], dtype=torch.bfloat16),
        "int": torch.tensor([-1, 2**31 - 1], dtype=torch.int32),
        "bn.num_batches_tracked": torch.tensor(2**40, dtype=torch.int64),
        "empty": torch.zeros(0, 4),
    },
    "python.safetensors",
    metadata={"format": "pt", "note": 'a "quoted" é'},
)
