"""Compares `fourierft forward` with transformers over many model folders.

A folder of cases has one subfolder for each: a model, input.json, expected.npy with the answer of
transformers, or none where transformers refuses, and story.json with the case's kind and what the
answer is off from its own in double precision ("noise"), which a case may be off too. One JVM answers all of them
(io.fourierft.cli.ForwardCases, a class of the command line's tests).
"""

import argparse
import json
import random
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections import defaultdict
from pathlib import Path

import numpy as np
import torch
from transformers import logging

ROOT = Path(__file__).parents[2]
TOLERANCE = 1e-4


def class_path() -> str:
    """Needs `mvn test-compile dependency:build-classpath -Dmdep.outputFile=target/test.cp`."""
    cli = ROOT / "cli" / "target"
    return ":".join([str(cli / "test-classes"), str(cli / "classes"), (cli / "test.cp").read_text()])


def run(folder: Path, java: list[str]) -> None:
    command = [*java, "-cp", class_path(), "io.fourierft.cli.ForwardCases", str(folder)]
    subprocess.run(command, check=True)


def deviation(case: Path) -> float:
    """The largest absolute difference, infinite if the shapes differ."""
    expected = np.load(case / "expected.npy")
    logits = json.loads((case / "output.json").read_text())["logits"]
    found = np.array([[np.nan if v == "NaN" else v for v in row] for row in flat(logits)], np.float64)
    if found.size != expected.size:
        return float("inf")
    difference = np.abs(found.ravel() - expected.ravel().astype(np.float64))
    both = np.isnan(found.ravel()) & np.isnan(expected.ravel())
    difference[both] = 0
    return float(np.nan_to_num(difference, nan=np.inf).max())


def flat(rows):
    return [leaf for row in rows for leaf in flat(row)] if isinstance(rows[0][0], list) else rows


def report(folder: Path) -> int:
    """Prints each kind's worst deviation and all that went wrong; returns how many did."""
    kinds = defaultdict(lambda: {"cases": 0, "agree": 0, "differ": 0, "refused": 0, "both": 0, "worst": 0.0})
    wrong = []
    for case in sorted(folder.iterdir()):
        story = json.loads((case / "story.json").read_text())
        kind = kinds[story["kind"]]
        kind["cases"] += 1
        known = (case / "expected.npy").exists()
        error = (case / "error.txt").read_text().strip() if (case / "error.txt").exists() else ""
        if not (case / "output.json").exists():
            kind["refused" if known else "both"] += 1
            if known:
                wrong.append((case.name, "refused: " + error, story))
        elif not known:
            kind["differ"] += 1
            wrong.append((case.name, "answered what transformers refuses", story))
        else:
            found = deviation(case)
            agrees = found <= max(TOLERANCE, 3 * story.get("noise", 0))
            kind["agree" if agrees else "differ"] += 1
            kind["worst"] = max(kind["worst"], found)
            if not agrees:
                wrong.append((case.name, f"differs by {found:.1e} {error}", story))
    for name, what, story in wrong:
        print(f"{name} {story['kind']}: {what}\n    {json.dumps(story)}")
    print(f"{'kind':40} {'cases':>6} {'agree':>6} {'differ':>6} {'refused':>7} {'both':>5}  worst")
    for name, kind in sorted(kinds.items()):
        print(f"{name:40} {kind['cases']:6} {kind['agree']:6} {kind['differ']:6} {kind['refused']:7}"
              f" {kind['both']:5}  {kind['worst']:.1e}")
    return len(wrong)


def main(description: str, families: str, make):
    """The testers' command line; make(seed, number, families, folder) writes a case."""
    name = Path(sys.argv[0]).stem.replace("_", "-")
    parser = argparse.ArgumentParser(description=description.splitlines()[0])
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--cases", type=int, default=200)
    parser.add_argument("--only", type=int)
    parser.add_argument("--families", default=families)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / name)
    parser.add_argument("--java", default="java -Xmx2g")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    logging.set_verbosity(logging.CRITICAL)
    logging.disable_progress_bar()
    torch.set_num_threads(1)
    print("seed", options.seed)
    shutil.rmtree(options.folder, ignore_errors=True)
    numbers = range(options.cases) if options.only is None else [options.only]
    for number in numbers:
        make(options.seed, number, options.families.split(","), options.folder / f"{number:05}")
    run(options.folder, options.java.split())
    sys.exit(1 if report(options.folder) else 0)
