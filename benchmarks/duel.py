"""Runs both sides of a comparison in turn and prints medians, the pairwise ratio and one JSON line.

    duel.py TASK --classpath FILE [--java-option OPTION]... [options]

Every side is a process of its own that waits while another one runs.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

HERE = Path(__file__).parent


class Side:
    def __init__(self, name, command, spec, folder, threads):
        self.name, self.times, self.values = name, [], []
        file = folder / (name.replace(" ", "-") + ".json")
        file.write_text(json.dumps(spec))
        environment = {k: v for k, v in os.environ.items() if k not in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")}
        environment.update(OMP_WAIT_POLICY="passive", OPENBLAS_THREAD_TIMEOUT="12", OMP_NUM_THREADS=str(threads))
        self.errors = open(folder / (file.stem + ".err"), "w+")
        self.process = subprocess.Popen(command + [str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=self.errors, text=True, env=environment)

    def answer(self) -> dict:
        for line in self.process.stdout:
            if line.startswith("@ "):
                return json.loads(line[2:])
        self.errors.seek(0)
        sys.exit(f"benchmarks: {self.name} ended early:\n{self.errors.read()[-3000:]}")

    def run(self, keep=True) -> None:
        self.process.stdin.write("run\n")
        self.process.stdin.flush()
        result = self.answer()
        self.values.append(result["value"])
        if keep:
            self.times.append(result["ms"])

    def peak_mb(self) -> float:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) / 1024

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait()
        self.errors.close()


def ratios(a: Side, b: Side) -> list[float]:
    return [x / y for x, y in zip(a.times, b.times)]


def agree(sides: list[Side], tolerance: float) -> None:
    for step, values in enumerate(zip(*(side.values for side in sides))):
        if max(values) - min(values) > tolerance * max(1, abs(values[0])):
            sys.exit(f"benchmarks: the sides expected to agree in run {step} but found {values}")


def gemm_peak() -> float:
    import torch

    a, b = torch.randn(1024, 1024), torch.randn(1024, 1024)
    import time

    best = 0.0
    for _ in range(12):
        start = time.perf_counter()
        a @ b
        best = max(best, 2 * 1024**3 / (time.perf_counter() - start) / 1e9)
    return best


def describe(side: Side, flops: float, peak: float) -> str:
    median = statistics.median(side.times)
    rate = flops / median / 1e6
    return (f"{side.name:16s} median {median:9.1f} ms   {rate:6.1f} GFLOP/s ({100 * rate / peak:3.0f} % of the"
            f" GEMM peak)   peak memory {side.peak_mb():6.0f} MB")


def line(name: str, values: list[float]) -> str:
    return f"{name:22s} {statistics.median(values):.3f}   ({min(values):.3f} to {max(values):.3f})"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("task", choices=["step", "forward", "merge", "generate"])
    parser.add_argument("--classpath", required=True)
    parser.add_argument("--java-option", action="append", default=[])
    parser.add_argument("--model")
    parser.add_argument("--batch", type=int, default=4)
    parser.add_argument("--tokens", type=int, default=128)
    parser.add_argument("--n", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--warmup", type=int, default=3)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--new-tokens", type=int, default=64)
    parser.add_argument("--checkpointing", action="store_true", help="add ours with recomputed activations")
    parser.add_argument("--no-frozen", action="store_true", help="leave the frozen base out of a step")
    options = parser.parse_args()
    options.model = options.model or ("llama-100m" if options.task == "generate" else "roberta-base")

    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        prepare = f"""
spec = models.decoder({options.model!r}, Path({temporary!r}))
spec.update(models.batch({options.batch}, {options.tokens}, models.vocabulary(spec["model"])))
spec["new_tokens"] = {options.new_tokens}
""" if options.task == "generate" else f"""
spec = models.make({options.model!r}, {options.n}, Path({temporary!r}))
spec.update(models.batch({options.batch}, {options.tokens}))
spec["flops"] = models.linear_flops({options.model!r}, {options.batch}, {options.tokens})
"""
        made = subprocess.run([sys.executable, "-c", f"""
import json, sys
sys.path.insert(0, {str(HERE)!r})
import models; from pathlib import Path
{prepare}
Path({temporary!r}, "spec.json").write_text(json.dumps(spec))"""], capture_output=True, text=True)
        if made.returncode:
            sys.exit(f"benchmarks: the model could not be made:\n{made.stderr[-3000:]}")
        spec = json.loads((folder / "spec.json").read_text())
        spec.update(task=options.task, threads=options.threads, variant="fourierft", checkpointing=False)
        if options.task == "merge":
            spec["adapter"] = str(folder / "merge")
        java = ["java", *options.java_option, "-cp", Path(options.classpath).read_text().strip(),
                "io.fourierft.benchmarks.Worker"]
        python = [sys.executable, str(HERE / "peft_worker.py")]
        duel(options, spec, folder, java, python)


def report_tokens(options, ours, theirs):
    made = 1000 * options.batch * options.new_tokens
    rates = [made / statistics.median(side.times) for side in (ours, theirs)]
    print(f"generate: {options.model}, {options.batch} x ({options.tokens} + {options.new_tokens}) tokens, "
          f"{options.threads} threads, {options.rounds} rounds, {date.today()}")
    for side, rate in zip((ours, theirs), rates):
        print(f"{side.name:16s} {rate:9.1f} tokens/s   peak memory {side.peak_mb():6.0f} MB")
    print(line("ours / python, time", ratios(ours, theirs)))
    result = {"benchmark": "generate", "model": options.model, "batch": options.batch, "tokens": options.tokens,
              "new_tokens": options.new_tokens, "threads": options.threads, "rounds": options.rounds,
              "ours_tokens_s": rates[0], "python_tokens_s": rates[1],
              "time_over_transformers": statistics.median(ratios(ours, theirs))}
    for side in (ours, theirs):
        side.close()
    print(json.dumps({k: round(v, 4) if isinstance(v, float) else v for k, v in result.items()}))


def duel(options, spec, folder, java, python):
    threads = options.threads
    sides = [Side("ours", java, spec, folder, threads), Side("python", python, spec, folder, threads)]
    pairs = [sides[:2]]
    if options.task == "step" and not options.no_frozen:
        frozen = spec | {"variant": "frozen"}
        sides += [Side("ours frozen", java, frozen, folder, threads), Side("python frozen", python, frozen, folder, threads)]
        pairs.append(sides[2:])
    if options.task == "step" and options.checkpointing:
        sides.append(Side("ours recomputed", java, spec | {"checkpointing": True}, folder, threads))
        pairs.append([sides[0], sides[-1]])
    for side in sides:
        side.answer()
    for round_ in range(options.warmup + options.rounds):
        for side in sides:
            side.run(keep=round_ >= options.warmup)
    for pair in pairs:
        agree(pair, 1e-3)
    if options.task == "generate":
        report_tokens(options, *sides)
        return
    peak = gemm_peak()
    flops = spec["flops"] * (2 if options.task == "step" else 1)
    cpu = next((l.split(":")[1].strip() for l in open("/proc/cpuinfo") if l.startswith("model name")), "unknown")
    print(f"{options.task}: {options.model}, {options.batch} x {options.tokens} tokens, n = {options.n}, "
          f"{threads} threads, {options.rounds} rounds; {os.cpu_count()} processors ({cpu}), {date.today()}")
    print(f"GEMM peak of this machine (1024^3, float32): {peak:.0f} GFLOP/s")
    for side in sides:
        print(describe(side, flops, peak))
    ours, theirs = sides[:2]
    result = {"benchmark": options.task, "model": options.model, "batch": options.batch, "tokens": options.tokens,
              "n": options.n, "threads": threads, "rounds": options.rounds,
              f"{options.task}_over_peft": statistics.median(ratios(ours, theirs)),
              "rss_over_peft": ours.peak_mb() / theirs.peak_mb(),
              "ours_ms": statistics.median(ours.times), "python_ms": statistics.median(theirs.times)}
    print(line("ours / python", ratios(ours, theirs)))
    if sides[-1].name == "ours recomputed":
        print(line("recomputed / ours", ratios(sides[-1], ours)))
        result["recomputed_over_kept"] = statistics.median(ratios(sides[-1], ours))
        result["recomputed_rss_over_kept"] = sides[-1].peak_mb() / ours.peak_mb()
    if len(sides) >= 4:
        print(line("ours / ours frozen", ratios(ours, sides[2])))
        print(line("python / its frozen", ratios(theirs, sides[3])))
        print(line("frozen: ours / python", ratios(sides[2], sides[3])))
        result["step_over_frozen"] = statistics.median(ratios(ours, sides[2]))
        result["peft_over_frozen"] = statistics.median(ratios(theirs, sides[3]))
        result["frozen_over_torch"] = statistics.median(ratios(sides[2], sides[3]))
    for side in sides:
        side.close()
    print(json.dumps({k: round(v, 4) if isinstance(v, float) else v for k, v in result.items()}))


if __name__ == "__main__":
    main()
