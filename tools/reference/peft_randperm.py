"""Prints the golden numbers of TorchRandpermTest and DenseDeltaTest. Needs torch >= 2.7."""

import hashlib

import torch


def permutation(size, seed):
    return torch.randperm(size, generator=torch.Generator().manual_seed(seed))


def main():
    for size, seed, count in [
        (10, 777, 10), (12, 777, 12), (200, 777, 200), (400, 0, 400), (768 * 768, 777, 1000),
        (768 * 768, 2024, 1000), (1024 * 1024, 777, 1000), (768 * 3072, 777, 1000),
        (3072 * 1024, 777, 1000), (3072 * 3072, 777, 1000), (4096 * 4096, 777, 1000),
        (4096 * 11008, 777, 1000),
    ]:
        values = permutation(size, seed)[:count]
        digest = hashlib.sha256(values.numpy().astype("<i8").tobytes()).hexdigest()
        print(size, seed, count, digest[:16], *values[:10].tolist())
    print(214748364, 777, *permutation(214748364, 777)[:6].tolist())

    rows, cols, scaling = 4, 6, 150.0
    entries = permutation(rows * cols, 777)[:5]
    spectrum = torch.zeros(rows, cols)
    spectrum[entries // cols, entries % cols] = torch.tensor([1, -0.5, 2, 0.25, -1.5])
    print(torch.fft.ifft2(spectrum).real * scaling)


if __name__ == "__main__":
    main()
