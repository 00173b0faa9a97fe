"""Random pictures in many formats through ImagePreprocessor, against Pillow and transformers.

Every case draws a picture (generated, or one of the data folder's), a format with its variants
(palettes, alpha, 16 bits, interlacing, progressive and CMYK JPEG, odd subsampling, orientation
marks), and a preprocessor_config.json in an old or a new spelling. Its numbers depend on the seed
and on the case's number alone, so `--seed S --only N` makes case N again.

Usage: python random_images.py [--seed S] [--cases N] [--only N] [--data DATA_FOLDER]
                               [--folder DIR] [--java "java -Xmx1g"]

Before it, in the repository's root:
    mvn -pl importers -am test-compile dependency:build-classpath -Dmdep.outputFile=target/test.cp
"""

import argparse
import json
import random
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

import numpy as np
from PIL import Image, ImageCms
from transformers.models.vit.image_processing_pil_vit import ViTImageProcessorPil

from images import scene
from odd_pictures import bmp16, png, put_on_screen, segments

ROOT = Path(__file__).parents[2]
def chance(rng, p):
    return rng.random() < p


def pixels(rng, data):
    """Colours [height, width, 4] and where they come from."""
    if data and chance(rng, 0.4):
        file = rng.choice(data)
        image = np.asarray(Image.open(file).convert("RGBA"))
        height, width = (rng.randint(1, min(side, 200)) for side in image.shape[:2])
        top, left = rng.randint(0, image.shape[0] - height), rng.randint(0, image.shape[1] - width)
        return image[top:top + height, left:left + width], file.name
    height, width = (rng.choice([1, 2, 3, 7, 8, 9, 16, 17, rng.randint(1, 90)]) for _ in range(2))
    return scene(height, width, 4, rng.randrange(10**6)), "scene"


def recolour(rng, path):
    """Takes away or changes what tells a JPEG's colours."""
    found, rest = segments(path.read_bytes())
    change = rng.choice(["no marks", "no marks, ids 0 1 2", "no marks, RGB", "transform"])
    if change != "transform":
        found = [(marker, content) for marker, content in found if marker not in (0xE0, 0xE1, 0xEE)]
    ids = {"no marks, ids 0 1 2": b"\0\1\2", "no marks, RGB": b"RGB"}.get(change, b"")
    old = []
    for marker, content in found:
        if marker == 0xEE and change == "transform":
            content[15] = rng.choice([0, 1, 2])
        if 0xC0 <= marker <= 0xC2 and content[9] == len(ids):
            old = [content[10 + 3 * i] for i in range(3)]
            for i, new in enumerate(ids):
                content[10 + 3 * i] = new
    if old:
        rest = bytearray(rest)
        at = 0
        while 0 <= at < len(rest):  # every scan names its components
            for i in range(rest[at + 4]):
                rest[at + 5 + 2 * i] = ids[old.index(rest[at + 5 + 2 * i])]
            at = rest.find(b"\xff\xda", at + 2)
    path.write_bytes(b"\xff\xd8" + b"".join(bytes(content) for _, content in found) + bytes(rest))
    return change


def write(rng, folder, rgba):
    """Saves the picture, now and then not all of it; returns the file and how it was written."""
    path, how = save(rng, folder, rgba)
    if how.startswith("jpg") and "L" not in how[:6] and chance(rng, 0.2):
        how = how.replace("jpg", f"jpg {recolour(rng, path)}")
    if chance(rng, 0.06):
        content = path.read_bytes()
        path.write_bytes(content[:rng.randrange(len(content))])
        how = "cut " + how
    return path, how


def save(rng, folder, rgba):
    form = rng.choice(["png", "png", "jpg", "jpg", "jpg", "gif", "bmp", "tif"])
    path = folder / f"picture.{form}"
    rgb = Image.fromarray(np.ascontiguousarray(rgba[:, :, :3]))
    if form == "png":
        kind = rng.choice(["RGB", "RGBA", "L", "LA", "P", "1", "PA", "P4", "own", "own"])
        if kind == "own":
            channels, interlaced = rng.choice([1, 2, 3, 4]), chance(rng, 0.5)
            depth = rng.choice([1, 2, 4, 8, 16] if channels == 1 else [8, 16])
            values = rgba[:, :, :channels].astype(int)
            values = values * 257 + 3 if depth == 16 else values >> (8 - depth)
            png(path, values, depth, interlaced)
            return path, f"png of {channels} x {depth} bits" + " interlaced" * interlaced
        alpha = Image.fromarray(np.ascontiguousarray(rgba))
        if kind == "P4":
            rgb.quantize(rng.choice([2, 3, 16])).save(path)
        elif kind == "PA":
            rgb.quantize(9).save(path, transparency=rng.randrange(9))
        else:
            alpha.convert(kind).save(path)
        return path, f"png {kind}"
    if form == "jpg":
        kind = rng.choice(["RGB", "RGB", "L", "CMYK"])
        options = {"quality": rng.choice([30, 75, 90, 95, 100]), "progressive": chance(rng, 0.3)}
        if kind == "RGB":
            options["subsampling"] = rng.choice(["4:4:4", "4:2:2", "4:2:0"])
        if kind == "RGB" and chance(rng, 0.1):
            options |= {"keep_rgb": True, "subsampling": "4:4:4"}
        if chance(rng, 0.2):
            exif = Image.Exif()
            exif[0x0112] = rng.randint(1, 8)
            options["exif"] = exif
        if chance(rng, 0.2):
            options["icc_profile"] = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
        if chance(rng, 0.2):
            options["restart_marker_blocks"] = rng.randint(1, 4)
        image = rgb.convert(kind)
        image.save(path, **options)
        options.pop("exif", None)
        options.pop("icc_profile", None)
        return path, f"jpg {kind} {options}"
    if form == "gif":
        kind = rng.choice(["P", "L", "transparent", "frames"])
        if kind == "frames":
            rgb.save(path, save_all=True, append_images=[rgb.rotate(90)], interlace=chance(rng, 0.5))
        elif kind == "transparent":
            rgb.quantize(20).save(path, transparency=3)
        else:
            rgb.convert(kind).save(path, interlace=chance(rng, 0.5))
        if chance(rng, 0.2):  # a screen that is larger than the picture
            put_on_screen(path, rng.randint(0, 9), 3, rng.randint(0, 3), rng.randint(0, 5))
            kind += " on a screen"
        return path, f"gif {kind}"
    if form == "bmp":
        kind = rng.choice(["RGB", "L", "P", "1", "RGBA", "5", "6"])
        if kind in "56":
            bmp16(path, rgba, int(kind))
            return path, f"bmp 16 bits, {kind} of green"
        image = Image.fromarray(np.ascontiguousarray(rgba)) if kind == "RGBA" else rgb.convert(kind)
        image.save(path)
        return path, f"bmp {kind}"
    kind = rng.choice(["RGB", "L", "P", "1", "RGBA", "CMYK", "LA", "I;16"])
    packing = rng.choice([None, "tiff_lzw", "tiff_adobe_deflate", "packbits", "jpeg"])
    if packing == "jpeg" and kind not in ("RGB", "L"):
        packing = None
    image = Image.fromarray(np.ascontiguousarray(rgba)).convert("L" if kind == "I;16" else kind)
    if kind == "I;16":
        image = Image.fromarray(np.asarray(image).astype(np.uint16) * 3)
    image.save(path, compression=packing)
    return path, f"tif {kind} {packing}"


def size(rng, spelling):
    sides = rng.randint(1, 60), rng.randint(1, 60)
    return {"number": sides[0], "pair": list(sides), "sides": {"height": sides[0], "width": sides[1]},
            "shortest": {"shortest_edge": sides[0]},
            "both edges": {"shortest_edge": sides[0], "longest_edge": sides[0] + sides[1]},
            "most": {"max_height": sides[0], "max_width": sides[1]}}[spelling]


def config(rng, channels):
    if chance(rng, 0.35):
        return {"do_resize": False, "do_rescale": False, "do_normalize": False}
    result = {}
    result |= rng.choice([{}, {"image_processor_type": "ViTImageProcessor"},
                          {"feature_extractor_type": "ViTFeatureExtractor"},
                          {"image_processor_type": "ViTImageProcessorFast"}])
    if chance(rng, 0.9):
        result["size"] = size(rng, rng.choice(
            ["number", "pair", "sides", "sides", "shortest", "both edges", "most"]))
    else:
        result["do_resize"] = False
    if isinstance(result.get("size"), int) and chance(rng, 0.3):
        result["default_to_square"] = rng.choice([True, False])
    result |= {"resample": rng.choice([0, 1, 2, 3, 4, 5])} if chance(rng, 0.8) else {}
    if chance(rng, 0.3):
        result |= {"do_center_crop": True, "crop_size": size(rng, rng.choice(["number", "sides"]))}
    if chance(rng, 0.2):
        result["do_rescale"] = False
    elif chance(rng, 0.5):
        result["rescale_factor"] = rng.choice([1 / 255, 0.00784313725490196, 1 / 127.5, 0.5])
    if chance(rng, 0.2) or channels == 1:
        result["do_normalize"] = False
    elif chance(rng, 0.7):
        result["image_mean"] = rng.choice([[0.485, 0.456, 0.406], [0.0, 0.5, 1.0], 0.5])
        result["image_std"] = rng.choice([[0.229, 0.224, 0.225], [1.0, 2.0, 0.5], 0.5])
    result |= {"do_convert_rgb": True} if chance(rng, 0.2) and channels == 3 else {}
    return result


def reference(image, channels, options):
    options = {key: value for key, value in options.items() if not key.endswith("_type")}
    image = image.convert("RGB" if channels == 3 else "L")
    return np.asarray(ViTImageProcessorPil(**options)(image, return_tensors="np")["pixel_values"][0])


def make(seed, number, data, folder):
    rng = random.Random(f"{seed} {number}")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    rgba, origin = pixels(rng, data)
    path, how = write(rng, folder, rgba)
    channels = 1 if chance(rng, 0.1) else 3
    options = config(rng, channels)
    story = {"file": path.name, "kind": how, "origin": origin, "channels": channels, "config": options}
    try:
        np.save(folder / "expected.npy", reference(Image.open(path), channels, options))
    except Exception as error:  # what Pillow or transformers refuses, whatever it throws
        story["python"] = f"{type(error).__name__}: {str(error)[:150]}"
    (folder / "case.json").write_text(json.dumps(story))


def deviation(case, options):
    """In units of the pixels' 0 to 255, whatever the scale of the result."""
    expected = np.load(case / "expected.npy").astype(np.float64)
    shape = json.loads((case / "output.json").read_text())
    if shape != list(expected.shape):
        return float("inf")
    found = np.fromfile(case / "output.f32", "<f4").astype(np.float64).reshape(shape)
    unit = 1 if options.get("do_rescale") is False else options.get("rescale_factor") or 1 / 255
    spread = np.ones(1) if options.get("do_normalize") is False else np.asarray(
        options.get("image_std") or 0.5, np.float64)
    unit = unit / spread.reshape(-1, 1, 1)
    return float((np.abs(found - expected) / unit).max())


def report(folder):
    kinds = defaultdict(list)
    wrong = 0
    for case in sorted(folder.iterdir()):
        story = json.loads((case / "case.json").read_text())
        kind = story["kind"].split(" {")[0]
        known, answered = (case / "expected.npy").exists(), (case / "output.json").exists()
        error = (case / "error.txt").read_text() if (case / "error.txt").exists() else ""
        if known and answered:
            kinds[kind].append(deviation(case, story["config"]))
            problem = f"differs by {kinds[kind][-1]:.2f}" if kinds[kind][-1] > 1.001 else ""
        else:
            problem = f"refused: {error}" if known else "answered" if answered else ""
            kinds[kind] += []
        if problem:
            wrong += 1
            print(f"{case.name} {problem}\n    {json.dumps(story)}")
    for kind, worst in sorted(kinds.items()):
        print(f"{kind:35} {len(worst):5} compared, worst {max(worst, default=0):.3f} of 255")
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--cases", type=int, default=500)
    parser.add_argument("--only", type=int)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "random-images")
    parser.add_argument("--java", default="java -Xmx1g")
    options = parser.parse_args()
    print("seed", options.seed)
    data = sorted(options.data.glob("*/**/*.[jp][pn]g")) if options.data else []
    shutil.rmtree(options.folder, ignore_errors=True)
    for number in range(options.cases) if options.only is None else [options.only]:
        make(options.seed, number, data, options.folder / f"{number:05}")
    target = ROOT / "importers" / "target"
    path = ":".join([str(target / "test-classes"), str(target / "classes"),
                     (target / "test.cp").read_text()])
    subprocess.run([*options.java.split(), "-cp", path, "io.fourierft.vision.PictureCases",
                    str(options.folder)], check=True)
    sys.exit(1 if report(options.folder) else 0)


if __name__ == "__main__":
    main()
