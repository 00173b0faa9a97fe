"""The goldens of DeltaBasisTest: the random bases of adapters, from their description alone.

docs/adapter-format.md describes them.
"""

import math

import numpy as np

MASK = (1 << 64) - 1
GOLDEN = 0x9E3779B97F4A7C15


def mix(z):
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def normals(seed, side, index, length):
    """Vector `index` of side 0 (rows) or 1 (columns)."""
    state = mix((mix((seed + GOLDEN * (side + 1)) & MASK) + GOLDEN * (index + 1)) & MASK)
    out = []
    while len(out) < length:
        state = (state + GOLDEN) & MASK
        u = ((mix(state) >> 11) + 0.5) * 2.0**-53
        state = (state + GOLDEN) & MASK
        angle = 2 * math.pi * ((mix(state) >> 11) * 2.0**-53)
        radius = math.sqrt(-2 * math.log(u))
        out += [radius * math.cos(angle), radius * math.sin(angle)]
    return out[:length]


def orthogonal(seed, side, length):
    """All vectors, as rows: sqrt(length) times the columns of the reflections' product.

    The product is multiplied out from the left as whole matrices; the code under test applies the
    reflections to single columns from the right.
    """
    q = np.eye(length)
    signs = np.ones(length)
    for i in range(length):
        x = np.zeros(length)
        x[i:] = normals(seed, side, i, length - i)
        signs[i] = math.copysign(1, x[i])
        if i < length - 1:
            signs[i] = -signs[i]
            v = x.copy()
            v[i] += math.copysign(np.linalg.norm(x), x[i])
            q = q @ (np.eye(length) - 2 * np.outer(v, v) / v.dot(v))
    return math.sqrt(length) * (q * signs).T


if __name__ == "__main__":
    print("normal", normals(777, 0, 0, 4))
    print("normal", normals(-5, 1, 123, 3))
    print("orthogonal", orthogonal(777, 0, 5)[[1, 4]].tolist())
