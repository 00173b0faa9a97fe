"""Singular values of FourierFT weight changes by numpy, for LoraConversionTest of dl4j-fourierft.

Entries are torch.randperm's, coefficients are ((7919 l + 13) mod 2003) / 1000 - 1, so that the
golden holds nothing but shapes and answers: dl4j-fourierft/src/test/resources/golden/lora.json.

Usage: python lora_svd.py
"""

import json
from pathlib import Path

import numpy as np
import torch

GOLDEN = (Path(__file__).parents[2]
          / "dl4j-fourierft" / "src" / "test" / "resources" / "golden" / "lora.json")
CASES = [
    (8, 8, 5, 777, 150.0, [1, 2, 8]),
    (12, 8, 20, 777, 150.0, [1, 3, 8]),
    (17, 23, 60, 2024, 300.0, [1, 4, 17]),
    (36, 12, 200, 5, -20.0, [1, 4, 11]),
    (64, 64, 4096, 777, 100.0, [1, 8, 63]),
    (1, 9, 4, 777, 10.0, [1]),
    (384, 384, 1000, 777, 150.0, [1, 8, 64, 300]),
    (768, 3072, 1000, 2024, 150.0, [4, 32]),
]


def change(rows, cols, n, seed, scaling):
    flat = torch.randperm(rows * cols, generator=torch.Generator().manual_seed(seed))[:n].numpy()
    spectrum = np.zeros(rows * cols)
    spectrum[flat] = (7919 * np.arange(n) + 13) % 2003 / 1000 - 1
    return np.fft.ifft2(spectrum.reshape(rows, cols)).real * scaling


def main():
    cases = []
    for rows, cols, n, seed, scaling, ranks in CASES:
        values = np.linalg.svd(change(rows, cols, n, seed, scaling), compute_uv=False)
        norm = np.sqrt((values ** 2).sum())
        errors = [float(np.sqrt((values[rank:] ** 2).sum()) / norm) for rank in ranks]
        cases.append({
            "rows": rows, "cols": cols, "n": n, "seed": seed, "scaling": scaling,
            "norm": float(norm), "ranks": ranks, "errors": errors})
        print(rows, cols, n, errors)
    GOLDEN.write_text(json.dumps(cases, indent=1) + "\n")


if __name__ == "__main__":
    main()
