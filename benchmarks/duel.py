"""Runs both sides of a step, a forward pass, a merge or a generation in turn: medians, ratios, one JSON line."""

import statistics
import tempfile
from datetime import date
from pathlib import Path

from sides import Side, agree, alternate, gemm_peak, java, line, machine, parser, prepare, python, ratios, report


def arguments():
    options = parser(__doc__)
    options.add_argument("task", choices=["step", "forward", "merge", "generate"])
    options.add_argument("--model")
    options.add_argument("--batch", type=int, default=4)
    options.add_argument("--tokens", type=int, default=128)
    options.add_argument("--new-tokens", type=int, default=64)
    options.add_argument("--checkpointing", action="store_true", help="add ours with recomputed activations")
    options.add_argument("--no-frozen", action="store_true", help="leave the frozen base out of a step")
    options.add_argument("--ours-only", action="store_true", help="a step and its frozen base without Python's, for large batches")
    result = options.parse_args()
    result.model = result.model or ("llama-100m" if result.task == "generate" else "roberta-base")
    return result


def specification(options, folder: Path) -> dict:
    code = f"""
spec = models.decoder({options.model!r}, folder)
spec.update(models.batch({options.batch}, {options.tokens}, models.vocabulary(spec["model"])))
spec["new_tokens"] = {options.new_tokens}
""" if options.task == "generate" else f"""
spec = models.make({options.model!r}, {options.n}, folder)
spec.update(models.batch({options.batch}, {options.tokens}))
spec["flops"] = models.linear_flops({options.model!r}, {options.batch}, {options.tokens})
"""
    spec = prepare(folder, code)
    spec.update(task=options.task, threads=options.threads, variant="fourierft", checkpointing=False)
    if options.task == "merge":
        spec["adapter"] = str(folder / "merge")
    return spec


def describe(side: Side, flops: float, peak: float) -> str:
    rate = flops / side.median() / 1e6
    return (f"{side.name:16s} median {side.median():9.1f} ms   {rate:6.1f} GFLOP/s ({100 * rate / peak:3.0f} % of the"
            f" GEMM peak)   peak memory {side.peak_mb():6.0f} MB")


def report_tokens(options, ours, theirs):
    made = 1000 * options.batch * options.new_tokens
    rates = [made / side.median() for side in (ours, theirs)]
    print(f"generate: {options.model}, {options.batch} x ({options.tokens} + {options.new_tokens}) tokens, "
          f"{options.threads} threads, {options.rounds} rounds, {date.today()}")
    for side, rate in zip((ours, theirs), rates):
        print(f"{side.name:16s} {rate:9.1f} tokens/s   peak memory {side.peak_mb():6.0f} MB")
    print(line("ours / python, time", ratios(ours, theirs)))
    return {"benchmark": "generate", "model": options.model, "batch": options.batch, "tokens": options.tokens,
            "new_tokens": options.new_tokens, "threads": options.threads, "rounds": options.rounds,
            "ours_tokens_s": rates[0], "python_tokens_s": rates[1],
            "time_over_transformers": statistics.median(ratios(ours, theirs))}


def print_sides(options, sides, flops):
    peak = gemm_peak()
    print(f"{options.task}: {options.model}, {options.batch} x {options.tokens} tokens, n = {options.n}, "
          f"{options.threads} threads, {options.rounds} rounds; {machine()}")
    print(f"GEMM peak of this machine (1024^3, float32): {peak:.0f} GFLOP/s")
    for side in sides:
        print(describe(side, flops, peak))


def report_times(options, sides, flops):
    print_sides(options, sides, flops)
    ours, theirs = sides[:2]
    result = {"benchmark": options.task, "model": options.model, "batch": options.batch, "tokens": options.tokens,
              "n": options.n, "threads": options.threads, "rounds": options.rounds,
              f"{options.task}_over_peft": statistics.median(ratios(ours, theirs)),
              "rss_over_peft": ours.peak_mb() / theirs.peak_mb(),
              "ours_ms": ours.median(), "python_ms": theirs.median()}
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
    return result


def ours_only(options, spec, folder):
    """Our step beside its frozen base."""
    sides = [Side(name, java(options), spec | {"variant": variant}, folder, options.threads)
             for name, variant in (("ours", "fourierft"), ("ours frozen", "frozen"))]
    for side in sides:
        side.answer()
    alternate(sides, options.rounds, options.warmup)
    print_sides(options, sides, 2 * spec["flops"])
    print(line("ours / ours frozen", ratios(*sides)))
    result = {"benchmark": "step", "model": options.model, "batch": options.batch, "tokens": options.tokens, "n": options.n,
              "threads": options.threads, "rounds": options.rounds, "step_over_frozen": statistics.median(ratios(*sides)),
              "ours_ms": sides[0].median(), "ours_mb": sides[0].peak_mb()}
    for side in sides:
        side.close()
    report(result)


def duel(options, spec, folder):
    threads = options.threads
    sides = [Side("ours", java(options), spec, folder, threads), Side("python", python(), spec, folder, threads)]
    pairs = [sides[:2]]
    if options.task == "step" and not options.no_frozen:
        frozen = spec | {"variant": "frozen"}
        sides += [Side("ours frozen", java(options), frozen, folder, threads),
                  Side("python frozen", python(), frozen, folder, threads)]
        pairs.append(sides[2:])
    if options.task == "step" and options.checkpointing:
        sides.append(Side("ours recomputed", java(options), spec | {"checkpointing": True}, folder, threads))
        pairs.append([sides[0], sides[-1]])
    for side in sides:
        side.answer()
    alternate(sides, options.rounds, options.warmup)
    for pair in pairs:
        agree(pair, 1e-3)
    if options.task == "generate":
        result = report_tokens(options, *sides)
    else:
        result = report_times(options, sides, spec["flops"] * (2 if options.task == "step" else 1))
    for side in sides:
        side.close()
    report(result)


def main():
    options = arguments()
    with tempfile.TemporaryDirectory() as temporary:
        run = ours_only if options.task == "step" and options.ours_only else duel
        run(options, specification(options, Path(temporary)), Path(temporary))


if __name__ == "__main__":
    main()
