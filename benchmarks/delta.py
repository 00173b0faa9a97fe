"""Weight change and gradient of one layer, ours and PEFT's in turn.

Three pieces of work: the weight change from its coefficients, the coefficients' gradient from that of the matrix, and
the same from a layer's input and output gradient, which is what a training step needs. PEFT's side is its own layer:
index_put, complex ifft2 and real, and autograd through them.
"""

import statistics
import tempfile
from pathlib import Path

from sides import Side, agree, alternate, java, machine, parser, python, ratios, report, spread

PIECES = {"delta": "weight change", "gradient": "gradient from dW's", "use": "gradient from x and dy"}


def main():
    parse = parser(__doc__, rounds=15, warmup=8)
    parse.add_argument("--sizes", type=int, nargs="+", default=[768, 4096])
    parse.add_argument("--tokens", type=int, default=512)
    options = parse.parse_args()
    print(f"delta: n = {options.n}, {options.tokens} tokens, {options.threads} threads, {options.rounds} rounds; {machine()}")
    print("| d | what | ours, ms | PEFT, ms | ours / PEFT |\n|---|---|---|---|---|")
    result = {"benchmark": "delta", "n": options.n, "tokens": options.tokens, "threads": options.threads}
    for size in options.sizes:
        for variant, name in PIECES.items():
            spec = {"task": "delta", "variant": variant, "size": size, "n": options.n, "tokens": options.tokens,
                    "threads": options.threads}
            with tempfile.TemporaryDirectory() as temporary:
                sides = [Side("ours", java(options), spec, Path(temporary), options.threads),
                         Side("python", python(), spec, Path(temporary), options.threads)]
                for side in sides:
                    side.answer()
                alternate(sides, options.rounds, options.warmup * max(1, 4096 // size) ** 2)  # until the JVM has compiled it
                agree(sides, 1e-3)
                pairs = ratios(*sides)
                print(f"| {size} | {name} | {sides[0].median():.2f} | {sides[1].median():.2f} | {spread(pairs)} |", flush=True)
                result[f"{variant}_{size}_over_peft"] = statistics.median(pairs)
                for side in sides:
                    side.close()
    report(result)


if __name__ == "__main__":
    main()
