"""Writes checkpoints with TensorFlow as google-research/simclr does: pip install tensorflow-cpu==2.21.0 tf_keras.

    python make_simclr_fixtures.py    # in this folder; writes simclr/

A residual network of SimCLR's structure (resnet.py, without selective kernels) with few channels, as a checkpoint
of TensorFlow 1, and as a checkpoint and a SavedModel of TensorFlow 2; expected.json has its features.
"""
import json
import os
import pathlib
import shutil
import sys

os.environ["TF_USE_LEGACY_KERAS"] = "1"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy
import tensorflow

folder = pathlib.Path(__file__).parent / "simclr"
channels, blocks, size = 4, [1, 2], 16


def random_values(names_and_shapes):
    generator = numpy.random.default_rng(0)
    for name, shape in names_and_shapes:
        if name.endswith("moving_variance"):
            yield generator.uniform(0.5, 1.5, shape).astype("f")
        else:
            yield generator.standard_normal(shape).astype("f") * 0.5


def images():
    return numpy.random.default_rng(1).uniform(0, 1, [2, size, size, 3]).astype("f")


def padded(x, kernel, strides):
    before = (kernel - 1) // 2
    after = kernel - 1 - before
    return tensorflow.pad(x, [[0, 0], [before, after], [before, after], [0, 0]]) if strides > 1 else x


def padding(strides):
    return "SAME" if strides == 1 else "VALID"


def first():
    """A checkpoint of TensorFlow 1, whose layers are numbered as they are made."""
    tf = tensorflow.compat.v1

    def convolution(x, filters, kernel, strides, relu=True):
        x = tf.layers.conv2d(
            padded(x, kernel, strides), filters, kernel, strides, padding=padding(strides), use_bias=False
        )
        x = tf.layers.batch_normalization(x, epsilon=1e-5, training=False)
        return tf.nn.relu(x) if relu else x

    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.float32, [None, size, size, 3])
        with tf.variable_scope("base_model"):
            y = convolution(x, channels, 7, 2)
            y = tf.layers.max_pooling2d(y, 3, 2, padding="SAME")
            for stage, count in enumerate(blocks):
                for block in range(count):
                    strides = 2 if stage > 0 and block == 0 else 1
                    filters = channels << stage
                    shortcut = convolution(y, 4 * filters, 1, strides, relu=False) if block == 0 else y
                    z = convolution(y, filters, 1, 1)
                    z = convolution(z, filters, 3, strides)
                    z = convolution(z, 4 * filters, 1, 1, relu=False)
                    y = tf.nn.relu(z + shortcut)
            y = tf.reduce_mean(y, [1, 2])
        with tf.variable_scope("head_supervised/linear_layer"):
            logits = tf.layers.dense(y, 3)
        step = tf.train.get_or_create_global_step()
        tf.train.MomentumOptimizer(0.1, 0.9).minimize(tf.reduce_sum(logits), step)
        session.run(tf.global_variables_initializer())
        encoder = [v for v in tf.global_variables("base_model") if not v.op.name.endswith("Momentum")]
        named = [(v.op.name, v.shape.as_list()) for v in encoder]
        for variable, value in zip(encoder, random_values(named)):
            variable.load(value, session)
        tf.train.Saver().save(session, str(folder / "model.ckpt-100"), write_meta_graph=False)
        return session.run(y, {x: images()}).tolist()


class Convolution(tensorflow.Module):
    def __init__(self, inputs, filters, kernel, strides):
        self.conv2d = tensorflow.Module()
        self.conv2d.kernel = tensorflow.Variable(tensorflow.zeros([kernel, kernel, inputs, filters]))
        self.strides = strides

    def __call__(self, x):
        kernel = self.conv2d.kernel
        return tensorflow.nn.conv2d(padded(x, kernel.shape[0], self.strides), kernel, self.strides, padding(self.strides))


class Normalization(tensorflow.Module):
    def __init__(self, filters, relu=True):
        self.bn = tensorflow.Module()
        for name in ["gamma", "beta", "moving_mean", "moving_variance"]:
            setattr(self.bn, name, tensorflow.Variable(tensorflow.zeros([filters])))
        self.relu = relu

    def __call__(self, x):
        bn = self.bn
        x = tensorflow.nn.batch_normalization(x, bn.moving_mean, bn.moving_variance, bn.beta, bn.gamma, 1e-5)
        return tensorflow.nn.relu(x) if self.relu else x


class DropBlock(tensorflow.Module):
    def __call__(self, x):
        return x


class MaxPool(tensorflow.Module):
    def __call__(self, x):
        return tensorflow.nn.max_pool2d(x, 3, 2, "SAME")


class Block(tensorflow.Module):
    def __init__(self, inputs, filters, strides, projects):
        self.projection_layers = (
            [Convolution(inputs, 4 * filters, 1, strides), Normalization(4 * filters, False)] if projects else []
        )
        self.conv_relu_dropblock_layers = [
            Convolution(inputs, filters, 1, 1), Normalization(filters), DropBlock(),
            Convolution(filters, filters, 3, strides), Normalization(filters), DropBlock(),
            Convolution(filters, 4 * filters, 1, 1), Normalization(4 * filters, False), DropBlock(),
        ]  # fmt: skip

    def __call__(self, x):
        shortcut = x
        for layer in self.projection_layers:
            shortcut = layer(shortcut)
        for layer in self.conv_relu_dropblock_layers:
            x = layer(x)
        return tensorflow.nn.relu(x + shortcut)


class Group(tensorflow.Module):
    def __init__(self, inputs, filters, count, strides):
        self.layers = [
            Block(inputs if block == 0 else 4 * filters, filters, strides if block == 0 else 1, block == 0)
            for block in range(count)
        ]


class ResNet(tensorflow.Module):
    def __init__(self):
        self.initial_conv_relu_max_pool = [Convolution(3, channels, 7, 2), DropBlock(), Normalization(channels), MaxPool()]
        widths = [channels] + [4 * channels << stage for stage in range(len(blocks))]
        self.block_groups = [
            Group(widths[stage], channels << stage, count, 2 if stage > 0 else 1) for stage, count in enumerate(blocks)
        ]

    def __call__(self, x):
        for layer in self.initial_conv_relu_max_pool:
            x = layer(x)
        for group in self.block_groups:
            for layer in group.layers:
                x = layer(x)
        return tensorflow.reduce_mean(x, [1, 2])

    def values(self):
        """The variables in the order in which TensorFlow 1 makes them."""
        layers = list(self.initial_conv_relu_max_pool)
        for group in self.block_groups:
            for block in group.layers:
                layers += block.projection_layers + block.conv_relu_dropblock_layers
        for layer in layers:
            if isinstance(layer, Convolution):
                yield "kernel", layer.conv2d.kernel
            if isinstance(layer, Normalization):
                for name in ["gamma", "beta", "moving_mean", "moving_variance"]:
                    yield name, getattr(layer.bn, name)


def second():
    """A checkpoint and a SavedModel of TensorFlow 2."""
    model = tensorflow.Module()
    model.resnet_model = ResNet()
    model.supervised_head = tensorflow.Module()
    model.supervised_head.kernel = tensorflow.Variable(tensorflow.ones([8 * channels, 3]))
    variables = list(model.resnet_model.values())
    values = random_values([(name, v.shape.as_list()) for name, v in variables])
    for (_, variable), value in zip(variables, values):
        variable.assign(value)
    step = tensorflow.Variable(7, dtype=tensorflow.int64)
    tensorflow.train.Checkpoint(model=model, global_step=step).write(str(folder / "ckpt-7"))
    saved = tensorflow.Module()
    saved.trainable_variables_list = [variable for _, variable in variables]
    saved.model = model
    tensorflow.saved_model.save(saved, str(folder / "saved_model"))
    (folder / "saved_model/saved_model.pb").unlink()
    (folder / "saved_model/fingerprint.pb").unlink(missing_ok=True)
    return model.resnet_model(images()).numpy().tolist()


def other():
    """A checkpoint of another network."""
    other = tensorflow.Module()
    other.dense = tensorflow.Variable(tensorflow.ones([2, 3]))
    tensorflow.train.Checkpoint(model=other).write(str(folder / "other"))


if __name__ == "__main__":
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    features = first()
    (folder / "checkpoint").unlink(missing_ok=True)
    numpy.testing.assert_allclose(features, second(), rtol=1e-5)
    other()
    expected = {"shape": [2, size, size, 3], "images": images().reshape(-1).tolist(), "features": features}
    (folder / "expected.json").write_text(json.dumps(expected) + "\n")
    print(sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()), file=sys.stderr)
