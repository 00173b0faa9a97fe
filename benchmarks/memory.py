"""Largest resident memory of both sides, each task in a process of its own, one after another."""

import tempfile
from pathlib import Path

from sides import Side, java, machine, parser, prepare, python, report

TASKS = {"step": ("step", "fourierft"), "frozen step": ("step", "frozen"), "forward": ("forward", "fourierft"),
         "merge": ("merge", "fourierft")}


def peak(command, spec, folder, options) -> float:
    side = Side("memory", command, spec, folder, options.threads)
    side.answer()
    for _ in range(options.rounds):
        side.run()
    result = side.peak_mb()
    side.close()
    return result


def main():
    parse = parser(__doc__, rounds=5)
    parse.add_argument("--model", default="roberta-base")
    parse.add_argument("--batch", type=int, default=4)
    parse.add_argument("--tokens", type=int, default=128)
    options = parse.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        spec = prepare(folder, f"""
spec = models.make({options.model!r}, {options.n}, folder)
spec.update(models.batch({options.batch}, {options.tokens}))
""") | {"threads": options.threads}
        weights = (folder / "base" / "model.safetensors").stat().st_size / 2**20
        print(f"memory: {options.model}, {options.batch} x {options.tokens} tokens, n = {options.n}, {options.threads}"
              f" threads, {options.rounds} times each; {machine()}")
        print(f"the weights alone: {weights:.0f} MB")
        print("| task | ours, MB | PEFT / transformers, MB | ours / Python | ours over the weights, MB | Python's, MB |")
        print("|---|---|---|---|---|---|")
        peaks = {}
        for name, (task, variant) in TASKS.items():
            work = spec | {"task": task, "variant": variant, "checkpointing": False}
            if task == "merge":
                work["adapter"] = str(folder / "merge")
            ours, theirs = (peak(command, work, folder, options) for command in (java(options), python()))
            peaks[name] = ours, theirs
            print(f"| {name} | {ours:.0f} | {theirs:.0f} | {ours / theirs:.2f} | {ours - weights:.0f} |"
                  f" {theirs - weights:.0f} |", flush=True)
        shares = [step - frozen for step, frozen in zip(peaks["step"], peaks["frozen step"])]
        print(f"the adapter's share of a step (beyond the frozen step's peak): ours {shares[0]:.0f} MB, PEFT {shares[1]:.0f} MB")
        result = {"benchmark": "memory", "model": options.model, "batch": options.batch, "tokens": options.tokens,
                  "n": options.n, "weights_mb": weights, "adapter_mb": shares[0], "peft_adapter_mb": shares[1]}
        for name, (ours, theirs) in peaks.items():
            key = name.replace(" ", "_")
            result |= {f"{key}_mb": ours, f"{key}_python_mb": theirs, f"{key}_rss_over_python": ours / theirs}
        report(result)


if __name__ == "__main__":
    main()
