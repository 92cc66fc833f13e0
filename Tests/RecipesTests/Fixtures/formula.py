"""The formula of the weights and pixels in the fixtures of networks, which the Swift tests compute in the same way.

A number is low + (high - low) * TABLE[(fnv1a(name) + index) % 8191], with the index running through the shape.
"""
import math
import numpy as np
import torch


def mix(z):
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 % 2**64
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB % 2**64
    return z ^ (z >> 31)


def fnv1a(text):
    hash = 0xCBF29CE484222325
    for byte in text.encode():
        hash = (hash ^ byte) * 0x100000001B3 % 2**64
    return hash


TABLE = np.array([(mix((j + 1) * 0x9E3779B97F4A7C15 % 2**64) >> 40) / 2**24 for j in range(8191)])


def values(name, shape, low, high):
    count = math.prod(shape)
    table = (low + (high - low) * TABLE).astype(np.float32)
    return torch.from_numpy(table[(fnv1a(name) % 8191 + np.arange(count)) % 8191].reshape(shape))
