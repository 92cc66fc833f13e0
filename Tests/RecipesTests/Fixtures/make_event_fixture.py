"""An event file as tensorboardX writes it: events.tfevents, and what is in it: events.json.

    pip install tensorboardX==2.6.5 tensorboard==2.21.0
    python3 make_event_fixture.py

The values in events.json are those that TensorBoard's own reader finds in the file.
"""
import glob, json, os, shutil, tempfile
import numpy as np
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboardX import SummaryWriter

here = os.path.dirname(os.path.abspath(__file__))
with tempfile.TemporaryDirectory() as folder:
    writer = SummaryWriter(folder)
    for step in range(4):
        writer.add_scalar("loss", 5.5 / (step + 1), step, walltime=1700000000.5 + step)
    writer.add_scalar("neighbors/top1", 0.625, 300, walltime=1700000009.25)
    picture = np.arange(2 * 3 * 3, dtype=np.uint8).reshape(2, 3, 3) * 14
    writer.add_image("patients", picture, 7, walltime=1700000010.0, dataformats="HWC")
    writer.close()
    (path,) = glob.glob(os.path.join(folder, "events*"))
    shutil.copy(path, os.path.join(here, "events.tfevents"))
    reader = EventAccumulator(folder)
    reader.Reload()
    scalars = {
        tag: [[e.wall_time, e.step, float(e.value)] for e in reader.Scalars(tag)] for tag in reader.Tags()["scalars"]
    }
    images = {tag: [[e.wall_time, e.step, e.width, e.height] for e in reader.Images(tag)] for tag in reader.Tags()["images"]}
with open(os.path.join(here, "events.json"), "w") as file:
    json.dump({"scalars": scalars, "images": images}, file, indent=1, sort_keys=True)
    file.write("\n")
