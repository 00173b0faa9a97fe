"""Images and what Pillow and transformers make of them, for PictureTest and ImagePreprocessorTest.

Writes importers/src/test/resources/golden/images: generated pictures, images.json with Pillow's
pixels of each one resized by every filter, and what ViTImageProcessorPil answers. real.json holds
the same for pictures of the data folder (see PictureTest), which are not committed.

Usage: python images.py DATA_FOLDER
"""

import base64
import gzip
import json
import struct
import sys
from pathlib import Path

import numpy as np
from PIL import Image
from transformers.models.vit.image_processing_pil_vit import ViTImageProcessorPil

from odd_pictures import bmp16, png, put_on_screen, segments

GOLDEN = Path(__file__).parents[2] / "importers" / "src" / "test" / "resources" / "golden" / "images"
FILTERS = ["NEAREST", "LANCZOS", "BILINEAR", "BICUBIC", "BOX", "HAMMING"]
SIZES = [(5, 7), (40, 9), (11, 64), (23, 16)]  # height, width; some sides stay


def scene(height, width, channels, seed):
    """Smooth gradients, hard edges and noise."""
    noise = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width]
    planes = [(np.sin(x / 3 + c) + np.cos(y / (2 + c))) * 60 + 128 for c in range(channels)]
    values = np.stack(planes, -1) + noise.normal(0, 25, (height, width, channels))
    values[height // 3 : height // 2] = 255
    values[:, width // 2] = 0
    return values.clip(0, 255).astype(np.uint8)


def pictures():
    rgb = scene(23, 16, 3, 1)
    alpha = np.concatenate([rgb, scene(23, 16, 1, 2)], -1)
    Image.fromarray(rgb).save(GOLDEN / "rgb.png")
    Image.fromarray(rgb[:, :, 0]).save(GOLDEN / "grey.png")
    Image.fromarray(alpha).save(GOLDEN / "rgba.png")
    Image.fromarray(alpha[:, :, 2:]).save(GOLDEN / "grey-alpha.png")
    Image.fromarray(rgb).quantize(17).save(GOLDEN / "palette.png")
    Image.fromarray(rgb[:, :, 0] > 128).save(GOLDEN / "bits.png")
    Image.fromarray(scene(48, 67, 3, 3)).save(GOLDEN / "photo.jpg", quality=80)
    Image.fromarray(scene(31, 20, 1, 4)[:, :, 0]).save(GOLDEN / "grey.jpg", quality=90)
    Image.fromarray(scene(19, 33, 3, 5)).save(GOLDEN / "whole.jpg", quality=95, subsampling=0)


def odd_ones():
    """What Java's decoders read otherwise than Pillow, or not at all."""
    rgb = scene(17, 13, 3, 6)
    image = Image.fromarray(rgb)
    image.convert("CMYK").save(GOLDEN / "inks.jpg", quality=90)
    found, scan = segments((GOLDEN / "inks.jpg").read_bytes())
    for marker, content in found:
        if marker == 0xEE:
            content[15] = 2  # luma, differences and black
    joined = b"".join(bytes(content) for _, content in found)
    (GOLDEN / "luma-inks.jpg").write_bytes(b"\xff\xd8" + joined + scan)
    image.save(GOLDEN / "unmarked.jpg", quality=90, subsampling=0)
    found, scan = segments((GOLDEN / "unmarked.jpg").read_bytes())
    joined = b"".join(bytes(content) for marker, content in found if marker != 0xE0)
    (GOLDEN / "unmarked.jpg").write_bytes(b"\xff\xd8" + joined + scan)
    exif = Image.Exif()
    exif[0x0112] = 6  # on its side
    image.save(GOLDEN / "progressive.jpg", quality=80, progressive=True, exif=exif)
    png(GOLDEN / "grey16.png", rgb[:, :, :1].astype(int) * 3, 16, False)
    png(GOLDEN / "deep.png", rgb.astype(int) * 257, 16, True)
    image.quantize(11).save(GOLDEN / "screen.gif", transparency=3)
    put_on_screen(GOLDEN / "screen.gif", 5, 2, 3, 1)
    bmp16(GOLDEN / "packed.bmp", rgb, 6)
    image.convert("CMYK").save(GOLDEN / "inks.tif")
    image.quantize(11).save(GOLDEN / "palette.tif")


def pixels(image):
    return base64.b64encode(np.asarray(image).tobytes()).decode()


def resized(name, image):
    for index, resample in enumerate(FILTERS):
        for height, width in SIZES:
            result = image.resize((width, height), getattr(Image.Resampling, resample))
            yield {"file": name, "filter": index, "height": height, "width": width,
                   "pixels": pixels(result)}


CONFIGS = [
    {"image_processor_type": "ViTImageProcessor", "size": {"height": 14, "width": 10}, "resample": 2},
    {"feature_extractor_type": "ViTFeatureExtractor", "size": 12, "resample": 3,
     "image_mean": [0.485, 0.456, 0.406], "image_std": [0.229, 0.224, 0.225]},
    {"size": {"shortest_edge": 9}, "resample": 1, "do_center_crop": True,
     "crop_size": {"height": 8, "width": 13}, "rescale_factor": 0.0078125, "do_normalize": False},
    {"size": {"height": 15, "width": 6}, "resample": 0, "do_center_crop": True, "crop_size": 9,
     "do_rescale": False, "image_mean": 100.0, "image_std": 7.0},
    {"do_resize": False, "do_normalize": True, "image_mean": [0.1, 0.2, 0.3], "image_std": 0.5},
    {"size": 11, "default_to_square": False},
    {"size": {"shortest_edge": 30, "longest_edge": 35}, "resample": 3},
    {"size": {"max_height": 9, "max_width": 20}, "resample": 5},
]


def processed(name, image):
    for config in CONFIGS:
        options = {key: value for key, value in config.items() if not key.endswith("_type")}
        values = ViTImageProcessorPil(**options)(image, return_tensors="np")["pixel_values"][0]
        yield {"file": name, "config": config, "shape": list(values.shape),
               "values": base64.b64encode(values.astype("<f4").tobytes()).decode()}


def real(data):
    files = sorted(data.glob("dtd-subset/*/*.jpg"))[::17] + sorted(
        data.glob("cifar10-jpg-subset/test/*/*.jpg"))[::61]
    for file in files:
        image = Image.open(file).convert("RGB")
        for index, size in ((2, (24, 32)), (3, (17, 17)), (1, (13, 29))):
            yield {"file": str(file.relative_to(data)), "filter": index, "height": size[0],
                   "width": size[1], "pixels": pixels(image.resize(size[::-1], index))}
    with gzip.open(data / "mnist-t10k" / "t10k-images-idx3-ubyte.gz") as stream:
        _, count, height, width = struct.unpack(">IIII", stream.read(16))
        digits = np.frombuffer(stream.read(), np.uint8).reshape(count, height, width)
    for digit in (0, 777, 9999):
        image = Image.fromarray(digits[digit])
        yield {"file": f"mnist {digit}", "filter": 2, "height": 19, "width": 32,
               "pixels": pixels(image.resize((32, 19), 2))}


def main(data):
    GOLDEN.mkdir(exist_ok=True)
    pictures()
    odd_ones()
    results = {"resized": [], "converted": [], "processed": []}
    for file in sorted(path for path in GOLDEN.iterdir() if path.suffix != ".json"):
        image = Image.open(file)
        rgb = image.convert("RGB")
        results["converted"].append({
            "file": file.name, "height": rgb.height, "width": rgb.width,
            "rgb": pixels(rgb), "grey": pixels(rgb.convert("L"))})
        if file.name in ("rgb.png", "grey.png"):
            results["resized"] += resized(file.name, image)
            results["processed"] += processed(file.name, rgb)
    (GOLDEN / "images.json").write_text(json.dumps(results, indent=0) + "\n")
    (GOLDEN / "real.json").write_text(json.dumps(list(real(data)), indent=0) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
