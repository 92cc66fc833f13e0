"""Writes images/ and images.json: small synthetic pictures in every kind of file that is read, and Pillow's pixels.

pip install numpy pillow==13.0.0 && python make_image_fixtures.py
The pixels in images.json are [height, width, channels] bytes in base64. Those of pictures of 16 bits are the nearest
of 256 levels, which Pillow does not give. Kinds that Pillow cannot write (16-bit colour, interlaced) are written here.
"""
import base64
import io
import json
import pathlib
import struct
import zlib

import numpy as np
from PIL import Image, ImageOps

HERE = pathlib.Path(__file__).parent
WIDTH, HEIGHT = 21, 14
ORIENTATION = 0x0112


def picture():
    """Slow colours with a dark spot, red on the left and green at the top, so that every turn shows."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(float)
    spot = np.exp(-(((x - 7) / 4) ** 2 + ((y - 9) / 3) ** 2))
    channels = [230 - 8 * x, 210 - 11 * y, 60 + 5 * x + 4 * y]
    return np.clip(np.stack(channels, -1) * (1 - 0.7 * spot[..., None]), 0, 255).astype(np.uint8)


RGB = picture()
GREY = RGB[..., 1]
ALPHA = np.tile(np.linspace(0, 255, WIDTH).astype(np.uint8), (HEIGHT, 1))


def chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(rows, bits, colour, interlaced=False, extra=b""):
    """A PNG file of [height, width, channels] integers, without filters."""
    height, width = rows.shape[:2]

    def lines(part):
        return b"".join(b"\0" + row.astype(">u2" if bits == 16 else "u1").tobytes() for row in part)

    passes = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)]
    parts = [rows[y::dy, x::dx] for y, x, dy, dx in passes] if interlaced else [rows]
    data = b"".join(lines(part) for part in parts if part.size)
    header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, int(interlaced))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra + chunk(b"IDAT", zlib.compress(data, 9))
            + chunk(b"IEND", b""))


def saved(image, kind, **options):
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def exif(orientation):
    data = Image.Exif()
    data[ORIENTATION] = orientation
    return data.tobytes()


def files():
    """Name, bytes, channels, and the pixels where Pillow's are not the reference."""
    rgb, grey = Image.fromarray(RGB), Image.fromarray(GREY)
    rgba = Image.fromarray(np.dstack([RGB, ALPHA]))
    la = Image.merge("LA", [grey, Image.fromarray(ALPHA)])
    wide = RGB.astype(np.uint16) * 257 + np.arange(WIDTH, dtype=np.uint16)[None, :, None] * 11 - 100 * (RGB > 100)
    nearest = ((wide.astype(np.uint32) * 255 + 32767) // 65535).astype(np.uint8)
    few, many = rgb.quantize(13), rgb.quantize(60)
    clear = bytes(range(0, 130, 10))

    yield "baseline-444.jpg", saved(rgb, "JPEG", quality=90, subsampling=0), 3, None
    yield "baseline-422.jpg", saved(rgb, "JPEG", quality=85, subsampling=1), 3, None
    yield "baseline-420.jpg", saved(rgb, "JPEG", quality=85, subsampling=2), 3, None
    yield "restarts.jpg", saved(rgb, "JPEG", quality=85, restart_marker_blocks=1), 3, None
    yield "progressive.jpg", saved(rgb, "JPEG", quality=85, progressive=True), 3, None
    yield "grey.jpg", saved(grey, "JPEG", quality=85), 1, None
    yield "grey-progressive.jpg", saved(grey, "JPEG", quality=85, progressive=True), 1, None
    yield "rgb.png", saved(rgb, "PNG"), 3, None
    yield "rgba.png", saved(rgba, "PNG"), 4, None
    yield "grey.png", saved(grey, "PNG"), 1, None
    yield "grey-alpha.png", saved(la, "PNG"), 2, None
    yield "one-bit.png", saved(grey.convert("1"), "PNG"), 1, None
    yield "palette.png", saved(many, "PNG"), 3, None
    yield "palette-4-bit.png", saved(few, "PNG", bits=4), 3, None
    yield "palette-transparent.png", saved(few, "PNG", transparency=clear), 4, None
    yield "rgb-16-bit.png", png(wide, 16, 2), 3, nearest
    yield "grey-16-bit.png", png(wide[..., :1], 16, 0), 1, nearest[..., :1]
    yield "interlaced.png", png(RGB, 8, 2, interlaced=True), 3, None
    yield "linear-gamma.png", png(RGB, 8, 2, extra=chunk(b"gAMA", struct.pack(">I", 100000))), 3, None
    for orientation in range(1, 9):
        data = saved(rgb, "JPEG", quality=90, subsampling=0, exif=exif(orientation))
        yield f"orientation/{orientation}.jpg", data, 3, None
    yield "orientation/6.png", saved(rgb, "PNG", exif=exif(6)), 3, None


def pillow_pixels(data, channels):
    image = ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
    pixels = np.asarray(image.convert({1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}[channels]))
    return pixels.reshape(*pixels.shape[:2], channels)


def main():
    folder = HERE / "images"
    (folder / "orientation").mkdir(parents=True, exist_ok=True)
    listed = []
    for name, data, channels, pixels in files():
        (folder / name).write_bytes(data)
        pixels = pillow_pixels(data, channels) if pixels is None else pixels
        listed.append({"name": name, "height": pixels.shape[0], "width": pixels.shape[1], "channels": channels,
                       "pixels": base64.b64encode(pixels.tobytes()).decode()})
    (HERE / "images.json").write_text(json.dumps(listed, indent=1) + "\n")
    (folder / "cmyk.jpg").write_bytes(saved(Image.fromarray(RGB).convert("CMYK"), "JPEG", quality=85))


if __name__ == "__main__":
    main()
