"""benchmarks/run load: loads a checkpoint with ours and with from_pretrained in turn, each in a fresh process.

Each process also computes logits of one small batch, for which all weights are touched; both sides must agree on
them and on the count of numbers before anything is reported.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import sides
from sides import spread

HERE = Path(__file__).parent
MAKER = HERE.parent / "tools" / "reference" / "large_checkpoint.py"
FORMATS = ["safetensors", "bin", "bin-shards", "bf16"]
BYTES = 4  # of a float32, the type that both load to


class Loads:
    """A command of which each run is a process of its own."""

    def __init__(self, name, command, spec, threads):
        self.name, self.command, self.runs = name, [*command, str(spec)], []
        environment = {k: v for k, v in os.environ.items() if k not in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")}
        environment.update(OMP_WAIT_POLICY="passive", OPENBLAS_THREAD_TIMEOUT="12", OMP_NUM_THREADS=str(threads),
                           HF_HUB_OFFLINE="1")
        self.environment = environment

    def run(self, keep):
        start = time.perf_counter()
        done = subprocess.run(self.command, capture_output=True, text=True, env=self.environment)
        answers = [line[2:] for line in done.stdout.splitlines() if line.startswith("@ ")]
        if done.returncode or len(answers) != 1:
            sys.exit(f"benchmarks: {self.name} ended early:\n{done.stderr[-3000:]}")
        result = json.loads(answers[0]) | {"process_ms": 1000 * (time.perf_counter() - start)}
        result["ready_ms"] = result["ms"] + result["first_ms"]
        if keep:
            self.runs.append(result)
        return result

    def median(self, key):
        return statistics.median(run[key] for run in self.runs)

    def largest(self, key):
        return max(run[key] for run in self.runs)


def agree(ours, theirs):
    if ours["numbers"] != theirs["numbers"]:
        sys.exit(f"benchmarks: the sides loaded {ours['numbers']} and {theirs['numbers']} numbers")
    worst = max(abs(a - b) for a, b in zip(ours["logits"], theirs["logits"], strict=True))
    if not worst <= 1e-4:
        sys.exit(f"benchmarks: the logits expected to agree within 1e-4 but differ by {worst}")
    return worst


def ratios(key, ours, theirs):
    return [a[key] / b[key] for a, b in zip(ours.runs, theirs.runs)]


def read_all(folder):
    """Puts the files into the system's cache, where both sides find them."""
    for file in sorted(folder.iterdir()):
        with open(file, "rb") as stream:
            while stream.read(1 << 24):
                pass


def report(options, ours, theirs, worst):
    weights = ours.runs[0]["numbers"] * BYTES / 2**20
    print(f"load: {options.format}, {weights:.0f} MiB as float32, {options.threads} threads, {options.rounds} rounds; "
          f"{sides.machine()}; logits within {worst:.1e}")
    for side in (ours, theirs):
        print(f"{side.name:13s} load {side.median('ms'):7.0f} ms   first batch {side.median('first_ms'):7.0f} ms   "
              f"process {side.median('process_ms'):7.0f} ms   largest memory {side.largest('loaded_mb'):6.0f} MiB "
              f"loaded, {side.largest('peak_mb'):6.0f} MiB after the batch ({side.largest('peak_mb') / weights:.2f} x)")
    result = {"benchmark": "load", "format": options.format, "numbers": ours.runs[0]["numbers"],
              "threads": options.threads, "rounds": options.rounds}
    for name, key in (("load", "ms"), ("ready", "ready_ms"), ("process", "process_ms")):
        values = ratios(key, ours, theirs)
        print(f"{'ours / transformers, ' + name:30s} {spread(values)}")
        result[f"{name}_over_transformers"] = statistics.median(values)
    result.update(ours_ms=ours.median("ms"), transformers_ms=theirs.median("ms"),
                  rss_over_weights=ours.largest("peak_mb") / weights,
                  transformers_rss_over_weights=theirs.largest("peak_mb") / weights)
    sides.report(result)


def main():
    parser = sides.parser(__doc__, warmup=1)
    parser.add_argument("--format", choices=FORMATS, default="safetensors")
    parser.add_argument("--folder", type=Path, help="a checkpoint of a sequence classifier, instead of a made one")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary, "model")
        if not options.folder:
            subprocess.run([sys.executable, str(MAKER), str(folder), options.format], check=True, capture_output=True)
        read_all(folder)
        spec = Path(temporary, "spec.json")
        spec.write_text(json.dumps({
            "model": str(folder), "threads": options.threads, "safetensors": not options.format.startswith("bin"),
            "input_ids": [[5 + (7 * row + 13 * column) % 251 for column in range(16)] for row in range(2)]}))
        java, python = sides.java(options, main="LoadProbe"), [sys.executable, str(HERE / "load_worker.py")]
        pair = [Loads("ours", java, spec, options.threads), Loads("transformers", python, spec, options.threads)]
        worst = 0.0
        for round_ in range(options.warmup + options.rounds):
            worst = max(worst, agree(*[side.run(keep=round_ >= options.warmup) for side in pair]))
        report(options, *pair, worst)


if __name__ == "__main__":
    main()
