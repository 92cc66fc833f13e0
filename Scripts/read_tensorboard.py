"""What TensorBoard's own reader finds in the event files of a run.

    pip install tensorboard
    python3 Scripts/read_tensorboard.py runs/skin-micle/tensorboard

Prints the tags of each stage with their steps and last values, and the size of each picture. Fails if a
record's check is wrong or a projector's files do not go together.
"""
import glob, os, sys

import numpy as np
from google.protobuf import text_format
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.backend.event_processing.event_file_loader import RawEventFileLoader
from tensorboard.plugins.projector.projector_config_pb2 import ProjectorConfig


def read(folder):
    for path in glob.glob(os.path.join(folder, "*tfevents*")):
        count = sum(1 for _ in RawEventFileLoader(path).Load())  # stops at a wrong check
        print(f"  {os.path.basename(path)}: {count} records, {os.path.getsize(path)} bytes")
    events = EventAccumulator(folder)
    events.Reload()
    for tag in events.Tags()["scalars"]:
        values = events.Scalars(tag)
        print(f"  {tag}: steps {[e.step for e in values]}, last {values[-1].value:.6g}")
    for tag in events.Tags()["images"]:
        for image in events.Images(tag):
            print(f"  {tag}: {image.width} x {image.height}, {len(image.encoded_image_string)} bytes")


def project(path):
    config = text_format.Parse(open(path).read(), ProjectorConfig())
    folder = os.path.dirname(path)
    for embedding in config.embeddings:
        rows = np.loadtxt(os.path.join(folder, embedding.tensor_path), delimiter="\t", ndmin=2)
        lines = open(os.path.join(folder, embedding.metadata_path)).read().splitlines()
        header = "\t" in lines[0]
        assert len(lines) - header == len(rows), (len(lines), len(rows))
        print(f"  projector: {rows.shape[0]} rows of {rows.shape[1]}")


for folder, _, names in sorted(os.walk(sys.argv[1])):
    if any("tfevents" in name for name in names):
        print(os.path.relpath(folder, sys.argv[1]))
        read(folder)
    if "projector_config.pbtxt" in names:
        project(os.path.join(folder, "projector_config.pbtxt"))
