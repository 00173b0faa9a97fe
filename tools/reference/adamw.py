"""PyTorch's AdamW and transformers' linear schedule, step by step: the goldens of OptimiserTest.

Three parameters that make the details visible: gradients of ordinary size, gradients near epsilon
(where the order of epsilon and bias correction matters) and gradients that change their sign. Rates
and weight decay differ by group, rates change with the schedule. Float32, as training runs.
"""

import json
import math
from pathlib import Path

import torch
from transformers import get_linear_schedule_with_warmup

OUT = Path(__file__).resolve().parents[2] / "dl4j-fourierft/src/test/resources/golden/adamw.json"
STEPS, SIZE, WARMUP = 12, 8, 0.25
SPECTRUM = {"lr": 0.05, "weight_decay": 0.1}
HEAD = {"lr": 0.005, "weight_decay": 0.01}


def trajectory(scale: float, group: dict, flip: bool, generator: torch.Generator) -> dict:
    value = torch.nn.Parameter(torch.randn(SIZE, generator=generator))
    start = value.detach().clone()
    optimiser = torch.optim.AdamW([{"params": [value], **group}])
    schedule = get_linear_schedule_with_warmup(optimiser, math.ceil(STEPS * WARMUP), STEPS)
    gradients, values = [], []
    for step in range(STEPS):
        gradient = torch.randn(SIZE, generator=generator) * scale
        if flip and step % 2:
            gradient = -gradient.abs()
        value.grad = gradient.clone()
        optimiser.step()
        schedule.step()
        gradients.append(gradient.tolist())
        values.append(value.detach().tolist())
    return {"start": start.tolist(), "gradients": gradients, "values": values}


def factors(total: int, ratio: float) -> list[float]:
    optimiser = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    schedule = get_linear_schedule_with_warmup(optimiser, math.ceil(total * ratio), total)
    result = []
    for _ in range(total):
        result.append(schedule.get_last_lr()[0])
        optimiser.step()
        schedule.step()
    return result


def main() -> None:
    generator = torch.Generator().manual_seed(0)
    golden = {
        "spectrum": SPECTRUM,
        "head": HEAD,
        "warmup": WARMUP,
        "parameters": [
            {"group": "SPECTRUM", **trajectory(1.0, SPECTRUM, False, generator)},
            {"group": "SPECTRUM", **trajectory(1e-8, SPECTRUM, False, generator)},
            {"group": "HEAD", **trajectory(0.3, HEAD, True, generator)},
        ],
        "schedules": [
            {"total": total, "warmup": ratio, "factors": factors(total, ratio)}
            for total, ratio in [(10, 0.0), (10, 0.06), (50, 0.06), (375, 0.06), (100, 0.07), (1, 0.5), (7, 0.99)]
        ],
    }
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(golden, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
