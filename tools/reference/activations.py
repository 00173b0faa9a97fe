"""Values of transformers' activation functions, for ActivationsTest.

Usage: python activations.py
"""

import json
from pathlib import Path

import torch
from transformers.activations import ACT2FN

GOLDEN = Path(__file__).parents[2] / "importers" / "src" / "test" / "resources" / "golden"
WITH_WEIGHTS = ("prelu", "xielu")
UNKNOWN_HERE = ("sqrtsoftplus",)

if __name__ == "__main__":
    x = torch.cat([torch.linspace(-12, 12, 49), torch.tensor([-0.01, 0.01, 5.99, 6.01, 9.99, 10.01])])
    names = [name for name in ACT2FN if name not in WITH_WEIGHTS + UNKNOWN_HERE]
    values = {name: ACT2FN[name](x).tolist() for name in names}
    content = {"x": x.tolist(), "y": values}
    (GOLDEN / "activations.json").write_text(json.dumps(content) + "\n")
