"""Makes map.json: features of pictures, and how well reference implementations map them to the plane.

    pip install scikit-learn umap-learn
    python3 make_map_fixtures.py

The features are the pixels of the first 1,000 handwritten digits of scikit-learn, normalized to length 1. The
scores are, at 15 neighbors, the trustworthiness (Venna and Kaski 2001) and the recall: the mean share of a
sample's neighbors that are its neighbors in the map.
"""

import base64
import json
import pathlib

import numpy as np
import sklearn
import umap
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE, trustworthiness
from sklearn.neighbors import NearestNeighbors

NEIGHBORS = 15


def neighbors(points):
    found = NearestNeighbors(n_neighbors=NEIGHBORS + 1).fit(points).kneighbors(return_distance=False)
    return [set(row[:NEIGHBORS]) for row in found]


def scores(features, points):
    pairs = zip(neighbors(features), neighbors(points))
    return {
        "trustworthiness": float(trustworthiness(features, points, n_neighbors=NEIGHBORS)),
        "recall": float(np.mean([len(a & b) / NEIGHBORS for a, b in pairs])),
    }


pixels = load_digits().data[:1000].astype(np.uint8)
features = pixels / np.linalg.norm(pixels, axis=1, keepdims=True)
components = PCA(n_components=2).fit(features)
maps = {
    "principal components": components.transform(features),
    "t-SNE": TSNE(random_state=0).fit_transform(features.astype(np.float32)),
    "UMAP": umap.UMAP(random_state=0).fit_transform(features),
}
fixture = {
    "made with": {"scikit-learn": sklearn.__version__, "umap-learn": umap.__version__},
    "dimensions": pixels.shape[1],
    "pixels": base64.b64encode(pixels.tobytes()).decode(),
    "variances": components.explained_variance_.tolist(),
    "scores": {name: scores(features, points) for name, points in maps.items()},
    "t-SNE": np.round(maps["t-SNE"], 4).tolist(),
}
path = pathlib.Path(__file__).with_name("map.json")
path.write_text(json.dumps(fixture) + "\n")
print(fixture["scores"], path.stat().st_size)
