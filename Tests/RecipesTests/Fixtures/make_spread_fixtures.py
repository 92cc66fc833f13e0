"""The spread of random embeddings by NumPy's own singular values: spreads.json.

    python3 make_spread_fixtures.py

Each case has rows, the deviation of their directions and their effective rank.
"""
import json, os
import numpy as np

random = np.random.default_rng(11)


def case(rows, columns, scales, shift):
    z = np.float32(np.round(random.normal(size=(rows, columns)) * scales + shift, 3))
    u = z.astype(np.float64)
    u /= np.linalg.norm(u, axis=1, keepdims=True)
    s = np.linalg.svd(u - u.mean(0), compute_uv=False)
    p = s[s > 1e-9 * s[0]] / s.sum()
    return {
        "columns": columns, "rows": [round(float(x), 3) for x in z.ravel()],
        "deviation": float(u.std(0).mean() * np.sqrt(columns)), "rank": float(np.exp(-(p * np.log(p)).sum())),
    }


cases = {
    "more rows than columns": case(20, 6, 1.0, 0.0),
    "more columns than rows": case(6, 15, 1.0, 0.3),
    "columns of different size": case(16, 8, 2.0 ** -np.arange(8), 0.1),
}
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "spreads.json"), "w") as file:
    json.dump(cases, file)
    file.write("\n")
