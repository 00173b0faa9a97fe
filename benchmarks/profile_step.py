"""Where a training step's time goes, by operation, on both sides, beside what the matrix products need at the GEMM peak.

Ours by sampling the stack of the training thread, PEFT's by torch.profiler; both beside the step without a profiler.
"""

import tempfile
from pathlib import Path

from sides import Side, gemm_peak, java, machine, parser, prepare, python, report

ROWS = ["linear products, forward", "linear products, backward", "products with the weight change", "weight change",
        "gradient of the coefficients", "attention products", "softmax", "attention products and softmax", "activation",
        "norms", "biases", "optimiser", "rest"]


def main():
    parse = parser(__doc__, rounds=10)
    parse.add_argument("--model", default="roberta-base")
    parse.add_argument("--batch", type=int, default=4)
    parse.add_argument("--tokens", type=int, default=128)
    options = parse.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        spec = prepare(folder, f"""
spec = models.make({options.model!r}, {options.n}, folder)
spec.update(models.batch({options.batch}, {options.tokens}))
spec["products"] = models.products({options.model!r}, {options.batch}, {options.tokens})
""") | {"threads": options.threads, "task": "step", "variant": "fourierft", "checkpointing": False}
        print(f"profile: {options.model}, {options.batch} x {options.tokens} tokens, n = {options.n}, {options.threads} threads, "
              f"{options.rounds} steps; {machine()}")
        sides = [Side("ours", java(options), spec, folder, options.threads),
                 Side("python", python(), spec, folder, options.threads)]
        for side in sides:
            side.answer()
        peak = gemm_peak()
        for _ in range(options.warmup):
            for side in sides:
                side.run(keep=False)
        found = []
        for side in sides:
            for _ in range(options.rounds):
                side.run()
            found.append(side.ask(f"profile {options.rounds}"))
        for side in sides:
            side.close()
        limits = {name: flops / peak / 1e6 for name, flops in spec["products"].items()}
        print(f"GEMM peak {peak:.0f} GFLOP/s; steps without a profiler: ours {sides[0].median():.0f} ms, PEFT {sides[1].median():.0f} ms")
        print("| operation | ours, ms | PEFT, ms | ours at the GEMM peak, ms |\n|---|---|---|---|")
        for row in ROWS:
            cells = [ops["ops"].get(row, 0) for ops in found]
            if max(cells) >= 0.5:
                limit = f"{limits[row]:.0f}" if row in limits else ""
                print("| " + " | ".join([row, *(f"{cell:.0f}" if cell >= 0.5 else "" for cell in cells), limit]) + " |")
        sums = [sum(ops["ops"].values()) for ops in found]
        print(f"| sum | {sums[0]:.0f} | {sums[1]:.0f} | {sum(limits.values()):.0f} |")
        report({"benchmark": "profile", "model": options.model, "gemm_gflops": peak, "ours_ms": sides[0].median(),
                "python_ms": sides[1].median(), "products_at_peak_ms": sum(limits.values())})


if __name__ == "__main__":
    main()
