"""What the weight change costs against size, coefficients, tokens, layers and threads, beside what the cost model predicts.

Parts can be measured one at a time; what was measured is kept beside the built classes, tables and plot show all of it.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from plot import Panel, Series, page
from sides import Side, alternate, gemm_peak, java, limited, machine, parser, prepare, report

SIZES, COUNTS, TOKENS = [384, 768, 1024, 2048, 4096], [100, 1000, 4000, 12288], [1, 8, 64, 512, 8192]
LAYERS = [1, 2, 4, 8, 12, 24]
PARTS = ["sizes", "tokens", "one-thread", "layers"]


def commas(values) -> str:
    return ",".join(map(str, values))


def layer_points(options, threads, sizes, counts, token_sizes, tokens) -> list[dict]:
    command = [*java(options, main="Scaling"), str(threads), commas(sizes), commas(counts), commas(token_sizes), commas(tokens)]
    run = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, **limited(threads))
    points = []
    for line in run.stdout:
        if line.startswith("@ "):
            points.append(json.loads(line[2:]) | {"threads": threads})
            print(line[2:].strip(), file=sys.stderr, flush=True)
    if run.wait():
        sys.exit("benchmarks: the measurement of one layer expected to end well but did not")
    return points


def step_point(options, layers, threads) -> dict:
    """A step of an encoder of so many layers of 768, 4 x 128 tokens, and of its frozen base."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        spec = prepare(folder, f"""
models.MODELS["layers"] = lambda: models.roberta(768, {layers}, 12, 3072, vocabulary=1000)
spec = models.make("layers", 1000, folder)
spec.update(models.batch(4, 128, 1000))
spec["flops"] = sum(models.products("layers", 4, 128, below=True).values())
spec["below"] = ["roberta.embeddings.LayerNorm.bias"]  # as in the frozen base, so that the adapter is all that differs
""") | {"task": "step", "threads": threads, "checkpointing": False}
        sides = [Side(variant, java(options), spec | {"variant": variant}, folder, threads) for variant in ("fourierft", "frozen")]
        for side in sides:
            side.answer()
        alternate(sides, options.rounds, options.warmup)
        for side in sides:
            side.close()
    step, frozen = (side.median() for side in sides)
    point = {"layers": layers, "threads": threads, "step": step, "frozen": frozen, "share": step - frozen,
             "flops": spec["flops"]}
    print(json.dumps(point), file=sys.stderr, flush=True)
    return point


def peak(threads: int) -> float:
    """GEMM peak of so many threads, GFLOP/s."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    result = gemm_peak()
    torch.set_num_threads(before)
    return result


def measure(options, data: dict) -> None:
    most = options.threads
    for part in options.parts:
        data[part] = {
            "sizes": lambda: layer_points(options, most, SIZES, COUNTS, [], []),
            "tokens": lambda: layer_points(options, most, [], [], [768, 4096], TOKENS),
            "one-thread": lambda: layer_points(options, 1, SIZES, [1000], [768, 4096], [1, 512])
            + [step_point(options, layers, 1) for layers in (4, 12)],
            "layers": lambda: [step_point(options, layers, most) for layers in LAYERS],
        }[part]()
        data["peak"] = {str(threads): peak(threads) for threads in {1, most}}
        data["machine"] = machine()


def predicted_step(data: dict, point: dict) -> tuple[float, float]:
    """Milliseconds of the whole step, products at the GEMM peak, and of the adapter's share."""
    own = [p for part in ("sizes", "tokens", "one-thread") for p in data.get(part, []) if p["threads"] == point["threads"]]
    matrix = next(p["predicted"] for p in own if p.get("form") and p["chosen"] and (p["d"], p["n"]) == (768, 1000))
    tokens = next(p["predicted"] for p in own if "tokens" in p and (p["d"], p["tokens"]) == (768, 512))
    share = 2 * point["layers"] * matrix + (2 * point["layers"] - 1) * tokens
    return point["flops"] / data["peak"][str(point["threads"])] / 1e6 + share, share


def size_rows(points: list[dict]) -> list[dict]:
    """One row for each layer: the form that was chosen, beside the fastest."""
    rows = []
    for key in dict.fromkeys((p["d"], p["n"], p["threads"]) for p in points if p.get("form")):
        forms = [p for p in points if p.get("form") and (p["d"], p["n"], p["threads"]) == key]
        chosen = next(p for p in forms if p["chosen"])
        best = min(forms, key=lambda p: p["delta"] + p["gradient"])
        loss = (chosen["delta"] + chosen["gradient"]) / (best["delta"] + best["gradient"])
        rows.append(chosen | {"best": best["form"], "loss": loss})
    return rows


def table(head: str, rows: list[list]) -> None:
    print(f"\n| {head} |\n|{'---|' * (head.count('|') + 1)}")
    for row in rows:
        print("| " + " | ".join(f"{cell:,.2f}" if isinstance(cell, float) else str(cell) for cell in row) + " |")


def name(form: str) -> str:
    return {"FOLDED_GEMM": "folded", "REAL_FFT": "FFT", "BASIS_GEMM": "basis"}[form]


def print_tables(data: dict) -> None:
    ones = data.get("one-thread", [])
    rows = size_rows(data.get("sizes", []) + ones)
    table("d | n | threads | delta, ms | gradient, ms | predicted, ms | chosen | best | chosen / best",
          [[r["d"], r["n"], r["threads"], r["delta"], r["gradient"], r["predicted"], name(r["form"]), name(r["best"]), r["loss"]]
           for r in rows])
    points = [p for p in data.get("tokens", []) + ones if "tokens" in p]
    table("d | tokens | threads | product per token, ms | gradient per token, ms | predicted, ms | matrix, ms | gradient through"
          " it, ms | product by | best",
          [[p["d"], p["tokens"], p["threads"], p["product"], p["gradient"], p["predicted"], p["matrix"], p["matrix_gradient"],
            "token" if p["per_token"] else "matrix", "token" if p["product"] <= p["matrix"] else "matrix"] for p in points])
    steps = [p for p in data.get("layers", []) + ones if "layers" in p]
    table("layers | threads | step, ms | predicted, ms | the adapter's share, ms | predicted, ms | step / frozen",
          [[p["layers"], p["threads"], p["step"], predicted_step(data, p)[0], p["share"], predicted_step(data, p)[1],
            p["step"] / p["frozen"]] for p in steps])


def curves(data: dict) -> list[Panel]:
    sizes, ones = size_rows(data["sizes"]), data["one-thread"]
    both = [p for p in data["sizes"] + ones if p.get("form") and p["chosen"]]
    tokens = [p for p in data["tokens"] + ones if "tokens" in p]
    most = max(p["threads"] for p in tokens)
    steps = [p for p in data["layers"] + ones if "layers" in p]

    def pairs(label, rows, x, y, expected="predicted"):
        return Series(label, [(r[x], r[y]) for r in rows], [(r[x], r[expected]) for r in rows])

    whole = [p | dict(zip(("predicted", "predicted_share"), predicted_step(data, p))) for p in steps]
    return [
        Panel("A d x d weight change", "d", "ms", [
            pairs(f"n = {n:,}", [r for r in sizes if r["n"] == n], "d", "delta") for n in (100, 1000, 12288)]),
        Panel("... against its coefficients", "n", "ms", [
            pairs(f"d = {d:,}", [r for r in sizes if r["d"] == d], "n", "delta") for d in (768, 2048, 4096)]),
        Panel("Applied per token, n = 1,000", "tokens of a product", "ms", [
            pairs(f"d = {d:,}", [p for p in tokens if p["d"] == d and p["threads"] == most], "tokens", "product")
            for d in (768, 4096)]),
        Panel("Encoder of width 768, 4 x 128 tokens", "layers", "ms", [
            pairs("step", [p for p in whole if p["threads"] == most], "layers", "step"),
            pairs("its adapter", [p for p in whole if p["threads"] == most], "layers", "share", "predicted_share")]),
        Panel("Threads", "threads", "ms", [
            pairs("12-layer step", [p for p in whole if p["layers"] == 12], "threads", "step"),
            pairs("change, 4,096", [p for p in both if (p["d"], p["n"]) == (4096, 1000)], "threads", "delta"),
            pairs("512 tokens", [p for p in tokens if (p["d"], p["tokens"]) == (768, 512)], "threads", "product"),
            pairs("change, 768", [p for p in both if (p["d"], p["n"]) == (768, 1000)], "threads", "delta")]),
    ]


def main():
    parse = parser(__doc__, rounds=5, warmup=3)
    parse.add_argument("plot", nargs="?", default="scaling.svg", type=Path)
    parse.add_argument("--parts", nargs="*", choices=PARTS, default=PARTS)
    options = parse.parse_args()
    store = Path(options.classpath).parent / "scaling.json"
    data = json.loads(store.read_text()) if store.exists() else {}
    measure(options, data)
    store.write_text(json.dumps(data))
    print(f"scaling: {data['machine']}; GEMM peak " + ", ".join(f"{v:.0f} GFLOP/s ({k} thread{'s' * (k != '1')})" for k, v in sorted(data["peak"].items())))
    print_tables(data)
    if all(part in data for part in PARTS):
        note = ["Float32, the form that is chosen.", "Steps are predicted as their matrix", "products at the GEMM peak, and the",
                "weight changes by the cost model.", data["machine"].split(" (")[0] + ", " + data["machine"].rsplit(", ", 1)[1],
                f"{options.threads} threads unless said otherwise"]
        options.plot.write_text(page("What a weight change costs", curves(data), note))
        print(f"plot: {options.plot}")
    rows = size_rows(data.get("sizes", []))
    report({"benchmark": "scaling", "threads": options.threads, "worst_choice": max((r["loss"] for r in rows), default=0.0)})


if __name__ == "__main__":
    main()
