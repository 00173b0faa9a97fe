"""What all comparisons share. A side is a process of its own that waits while another one runs."""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import torch

HERE = Path(__file__).parent
LIMITS = ["-Dorg.bytedeco.javacpp.maxBytes=8g", "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0"]


def limited(threads: int) -> dict:
    """Environment and processors of a process that is to use so many threads, as arguments of Popen."""
    environment = {k: v for k, v in os.environ.items() if k not in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")}
    environment.update(OMP_WAIT_POLICY="passive", OPENBLAS_THREAD_TIMEOUT="12", OMP_NUM_THREADS=str(threads))
    arguments = {"env": environment}
    if threads < os.cpu_count() and hasattr(os, "sched_setaffinity"):
        allowed = sorted(os.sched_getaffinity(0))[:threads]
        arguments["preexec_fn"] = lambda: os.sched_setaffinity(0, allowed)
    return arguments


class Side:
    def __init__(self, name, command, spec, folder, threads):
        self.name, self.times, self.values = name, [], []
        file = folder / (name.replace(" ", "-") + ".json")
        file.write_text(json.dumps(spec))
        self.errors = open(folder / (file.stem + ".err"), "w+")
        self.process = subprocess.Popen(command + [str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=self.errors, text=True, **limited(threads))

    def answer(self) -> dict:
        for line in self.process.stdout:
            if line.startswith("@ "):
                return json.loads(line[2:])
        self.errors.seek(0)
        sys.exit(f"benchmarks: {self.name} ended early:\n{self.errors.read()[-3000:]}")

    def ask(self, command: str) -> dict:
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        return self.answer()

    def run(self, keep=True) -> None:
        result = self.ask("run")
        self.values.append(result["value"])
        if keep:
            self.times.append(result["ms"])

    def median(self) -> float:
        return statistics.median(self.times)

    def peak_mb(self) -> float:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) / 1024

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait()
        self.errors.close()


def parser(script: str, **defaults) -> argparse.ArgumentParser:
    """The options that every comparison has."""
    result = argparse.ArgumentParser(prog="benchmarks/run", description=script.splitlines()[0])
    result.add_argument("--classpath", required=True, help=argparse.SUPPRESS)
    result.add_argument("--rounds", type=int, default=defaults.get("rounds", 7))
    result.add_argument("--warmup", type=int, default=defaults.get("warmup", 3))
    result.add_argument("--threads", type=int, default=os.cpu_count())
    result.add_argument("--n", type=int, default=1000)
    return result


def java(options, heap_mb=512, limits=LIMITS, main="Worker") -> list[str]:
    return ["java", "-XX:+UseSerialGC", f"-Xmx{heap_mb}m", *limits, "-cp", Path(options.classpath).read_text().strip(),
            f"io.fourierft.benchmarks.{main}"]


def python() -> list[str]:
    return [sys.executable, str(HERE / "peft_worker.py")]


def prepare(folder: Path, code: str) -> dict:
    """Runs code that makes models in a process of its own, whose memory goes with it, and reads the "spec" it leaves."""
    made = subprocess.run([sys.executable, "-c", f"""
import json, sys
sys.path.insert(0, {str(HERE)!r})
import models; from pathlib import Path
folder = Path({str(folder)!r})
{code}
(folder / "spec.json").write_text(json.dumps(spec))"""], capture_output=True, text=True)
    if made.returncode:
        sys.exit(f"benchmarks: the model could not be made:\n{made.stderr[-3000:]}")
    return json.loads((folder / "spec.json").read_text())


def alternate(sides: list[Side], rounds: int, warmup: int) -> None:
    for round_ in range(warmup + rounds):
        for side in sides:
            side.run(keep=round_ >= warmup)


def ratios(a: Side, b: Side) -> list[float]:
    return [x / y for x, y in zip(a.times, b.times)]


def agree(sides: list[Side], tolerance: float) -> None:
    for step, values in enumerate(zip(*(side.values for side in sides))):
        if max(values) - min(values) > tolerance * max(1, abs(values[0])):
            sys.exit(f"benchmarks: the sides expected to agree in run {step} but found {values}")


def gemm_peak() -> float:
    a, b = torch.randn(1024, 1024), torch.randn(1024, 1024)
    best = 0.0
    for _ in range(12):
        start = time.perf_counter()
        a @ b
        best = max(best, 2 * 1024**3 / (time.perf_counter() - start) / 1e9)
    return best


def machine() -> str:
    cpu = next((l.split(":")[1].strip() for l in open("/proc/cpuinfo") if l.startswith("model name")), "unknown")
    return f"{os.cpu_count()} processors ({cpu}), {date.today()}"


def spread(values: list[float]) -> str:
    return f"{statistics.median(values):.3f} ({min(values):.3f} to {max(values):.3f})"


def line(name: str, values: list[float]) -> str:
    return f"{name:22s} {spread(values)}"


def report(result: dict) -> None:
    print(json.dumps({k: round(v, 4) if isinstance(v, float) else v for k, v in result.items()}))
