"""One layer of LLaMA-2-7B's shape trains within a memory budget, beside PEFT; the whole model is extrapolated from it.

The budget is computed from the shapes, printed, and enforced: ND4J refuses an allocation beyond it, and the command fails
if the largest resident memory is above it in the end. What learns beside the adapter and the head is the gain of the layer's
first norm, so that the gradient goes through all products, as in a layer that has others below it. What a layer costs
whose activations are computed again is the difference of two layers, of which the upper one is kept, to one.
"""

import statistics
import sys
import tempfile
from pathlib import Path

import torch
from safetensors.torch import save_file
from sides import Side, agree, alternate, gemm_peak, java, machine, parser, prepare, python, ratios, report, spread

HIDDEN, INNER, HEADS, LAYERS, VOCABULARY = 4096, 11008, 32, 32, 32000
LAYER_WEIGHTS = 4 * (4 * HIDDEN**2 + 3 * HIDDEN * INNER + 2 * HIDDEN)
HEAP_MB = 128
JVM_MB = 250  # code, class data, the native libraries and their stacks
PRODUCTS_MB = 64  # OpenBLAS's packing buffers
MB = 2**20


def kept(rows: int, tokens: int) -> int:
    """Bytes of a layer's activations that its backward pass needs.

    Both norms' normalised inputs, the first norm's output (the adapter's input), query, key, value, the attention's
    probabilities; gate with its slope, and up.
    """
    return 4 * rows * tokens * (6 * HIDDEN + 3 * INNER + HEADS * tokens)


def budget(weights: int, n: int, rows: int, tokens: int, matrix: bool) -> dict:
    """Bytes by what they are for. Few tokens need no matrix: the weight change is applied to each of them."""
    span, width, inner = HIDDEN // 4 + 1, HIDDEN // 2 + 1, min(n, HIDDEN // 2 + 1)
    return {
        "weights, where their file is mapped": weights,
        "adapted weights, W0 + dW of q_proj and v_proj": matrix * 2 * 4 * HIDDEN**2,
        "tables and quadrants of the weight change": matrix * 2 * 4 * (2 * span * width + inner * (span + width)),
        "activations kept": kept(rows, tokens),
        "gradients and activations on their way": 4 * rows * tokens * (4 * HIDDEN + 3 * INNER),
        "packing buffers of the products": PRODUCTS_MB * MB,
        "Java heap": HEAP_MB * MB,
        "JVM and native libraries": JVM_MB * MB,
    }


def ask_once(options, folder: Path, **spec) -> float:
    side = Side("question", java(options), spec, folder, 1)
    side.answer()
    side.run()
    side.close()
    return side.values[0]


def limits(parts: dict) -> list[str]:
    """ND4J's allocations fail beyond the budget; pages of files, which are the weights, are not counted there."""
    weights, *others = parts.values()
    return ["-Dorg.bytedeco.javacpp.maxBytes=8g", f"-Dorg.bytedeco.javacpp.maxPhysicalBytes={sum(others)}"]


def train(options, base, two, folder, rows, tokens) -> dict:
    work = prepare(folder, f"spec = models.batch({rows}, {tokens}, 1000)")
    work.update(task="step", variant="fourierft", threads=options.threads)
    spec = base | work | {"checkpointing": False}
    matrix = 2 * rows * tokens > base["worth"]
    parts = budget((folder / "base" / "model.safetensors").stat().st_size, options.n, rows, tokens, matrix)
    whole = sum(parts.values()) / MB
    print(f"\n{rows} x {tokens} tokens: budget {whole:,.0f} MB; the weight change "
          + ("as a matrix" if matrix else "is applied to each token, which needs no matrix"))
    for name, size in parts.items():
        print(f"  {size / MB:8,.1f} MB  {name}")
    command = java(options, HEAP_MB, limits(parts))
    sides = [Side("ours", command, spec, folder, options.threads),
             Side("python", python(), spec, folder, options.threads),
             Side("two layers", java(options), two | work | {"checkpointing": True}, folder, options.threads)]
    for side in sides:
        side.answer()
    theirs_kept = sides[1].ask("kept")["bytes"]
    alternate(sides, options.rounds, options.warmup)
    agree(sides[:2], 1e-3)
    ours, theirs, both = sides
    peaks = [side.peak_mb() for side in sides]
    print(f"  loss of the last step: ours {ours.values[-1]:.6f}, PEFT {theirs.values[-1]:.6f}; peak {peaks[0]:,.0f} of {whole:,.0f} MB")
    for side in sides:
        side.close()
    if peaks[0] > whole:
        sys.exit(f"benchmarks: peak memory expected within {whole:.0f} MB but found {peaks[0]:.0f} MB")
    return {"rows": rows, "tokens": tokens, "budget": whole, "ours": ours.median(), "theirs": theirs.median(),
            "again": both.median() - ours.median(), "peaks": peaks, "ratios": ratios(ours, theirs), "kept": kept(rows, tokens) / MB,
            "deltas": (LAYERS - 1) * matrix * 2 * 4 * HIDDEN**2 / MB,
            "theirs_kept": theirs_kept / MB}


def adapter_bytes(options, folder: Path) -> tuple[int, int]:
    """The adapter of the whole model as PEFT's file and as ours."""
    modules = [f"model.layers.{i}.self_attn.{name}_proj" for i in range(LAYERS) for name in "qv"]
    target = folder / "whole"
    target.mkdir()
    (target / "adapter_config.json").write_text((folder / "merge" / "adapter_config.json").read_text())
    save_file({f"base_model.model.{module}.fourierft_spectrum": torch.randn(options.n) for module in modules},
              target / "adapter_model.safetensors")
    ours = ask_once(options, folder, task="size", adapter=str(target), modules=modules, size=HIDDEN)
    return int(ours), (target / "adapter_model.safetensors").stat().st_size


def print_block(options, found):
    peak = gemm_peak()
    print(f"\nblock: one layer, {HIDDEN} / {INNER}, {HEADS} heads, n = {options.n} on q_proj and v_proj, {options.threads} threads,"
          f" {options.rounds} rounds; {machine()}; GEMM peak {peak:.0f} GFLOP/s")
    print("| tokens | ours, ms | PEFT, ms | ours / PEFT | ours computed again, ms a layer | budget, MB | ours, peak MB | PEFT, peak MB |")
    print("|---|---|---|---|---|---|---|---|")
    for at in found:
        print(f"| {at['rows']} x {at['tokens']} | {at['ours']:,.0f} | {at['theirs']:,.0f} | {spread(at['ratios'])} |"
              f" {at['again']:,.0f} | {at['budget']:,.0f} | {at['peaks'][0]:,.0f} | {at['peaks'][1]:,.0f} |")


def print_whole(options, found, sizes):
    """The same for all layers and the full vocabulary: extrapolated, never run."""
    more = (LAYERS - 1) * LAYER_WEIGHTS / MB + 4 * (VOCABULARY - 1000) * HIDDEN / MB
    print(f"\nThe whole model, {LAYERS} layers and {VOCABULARY:,} embeddings. Time: {LAYERS} blocks. Memory: the block's measured"
          " peak, weights and adapted weights of the other layers, what they keep for the backward pass.")
    print("| extrapolated | ours, kept: s, GB | ours, computed again: s, GB | PEFT: s, GB |\n|---|---|---|---|")
    for at in found:
        inputs = (LAYERS - 1) * 4 * at["rows"] * at["tokens"] * HIDDEN / MB
        memory = [at["peaks"][0] + more + at["deltas"] + (LAYERS - 1) * at["kept"], at["peaks"][0] + more + at["deltas"] + inputs,
                  at["peaks"][1] + more + (LAYERS - 1) * at["theirs_kept"]]
        times = [LAYERS * at["ours"], (LAYERS - 1) * at["again"] + at["ours"], LAYERS * at["theirs"]]
        cells = [f"{t / 1000:.1f} s, {m / 1024:.1f} GB" for t, m in zip(times, memory)]
        print(f"| extrapolated: a step of {at['rows']} x {at['tokens']} tokens | {' | '.join(cells)} |")
    print(f"| extrapolated: coefficients | {2 * LAYERS * options.n:,} | the same | the same |")
    print(f"| adapter file, float32 (written) | {sizes[0]:,} bytes | the same | {sizes[1]:,} bytes |")


def main():
    parse = parser(__doc__, rounds=5, warmup=2)
    parse.add_argument("--shapes", nargs="+", default=["1x128", "1x512", "4x128"], metavar="BATCHxTOKENS")
    options = parse.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        base = prepare(folder, f"spec = models.make('llama-block', {options.n}, folder)")
        base["worth"] = ask_once(options, folder, task="worth", size=HIDDEN, n=options.n)
        (folder / "two").mkdir()
        two = prepare(folder / "two", f"spec = models.make('llama-blocks', {options.n}, folder)")
        found = [train(options, base, two, folder, *map(int, shape.split("x"))) for shape in options.shapes]
        print_block(options, found)
        print_whole(options, found, adapter_bytes(options, folder))
    report({"benchmark": "block", "n": options.n, "threads": options.threads, "rounds": options.rounds}
           | {f"step_over_peft_{at['rows']}x{at['tokens']}": statistics.median(at["ratios"]) for at in found}
           | {f"rss_over_peft_{at['rows']}x{at['tokens']}": at["peaks"][0] / at["peaks"][1] for at in found}
           | {f"rss_over_budget_{at['rows']}x{at['tokens']}": at["peaks"][0] / at["budget"] for at in found})


if __name__ == "__main__":
    main()
