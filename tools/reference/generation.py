"""What transformers generates with the tiny decoders of tiny_families.py.

Writes importers/src/test/resources/golden/generation.json: greedy and beam continuations with their
scores, alone and in left-padded batches, and logits as the sampling filters leave them.

Usage: python generation.py
"""

import json
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM
from transformers.generation.logits_process import (
    TemperatureLogitsWarper,
    TopKLogitsWarper,
    TopPLogitsWarper,
)

RESOURCES = Path(__file__).parents[2] / "importers" / "src" / "test" / "resources" / "golden"
LENGTHS = {"gpt2-causal": (5, 6), "gpt2-causal-odd": (4, 7), "llama-causal": (6, 9),
           "llama-causal-llama3": (5, 10), "llama-causal-dynamic": (7, 19)}
ENDS = [5, 9, 13]
PAD = 0
GREEDY = [
    {},
    {"min_new_tokens": 4},
    {"no_repeat_ngram_size": 2},
    {"no_repeat_ngram_size": 1},
    {"repetition_penalty": 1.7, "min_new_tokens": 2},
]
BEAMS = [
    {"num_beams": beams, "length_penalty": penalty, "early_stopping": early, **more}
    for beams, penalty, early, more in [
        (2, 1.0, False, {}),
        (3, 1.0, True, {}),
        (3, 0.0, "never", {}),
        (4, 2.0, "never", {"min_new_tokens": 2}),
        (4, 2.0, False, {"no_repeat_ngram_size": 2}),
        (3, -0.5, False, {}),
        (5, 0.9, True, {"no_repeat_ngram_size": 3}),
        (3, 0.8, False, {"repetition_penalty": 1.3}),
    ]
]


def prompts(longest: int, seed: int) -> list[list[int]]:
    generator = torch.Generator().manual_seed(seed)
    return [
        torch.randint(14, 37, (length,), generator=generator).tolist()
        for length in (longest, longest - 2, longest - 3)
    ]


def generate(model, rows: list[list[int]], new: int, options: dict, ends: list[int]) -> list[dict]:
    width = max(map(len, rows))
    ids = torch.tensor([[PAD] * (width - len(row)) + row for row in rows])
    mask = torch.tensor([[0] * (width - len(row)) + [1] * len(row) for row in rows])
    out = model.generate(
        input_ids=ids, attention_mask=mask, max_new_tokens=new, do_sample=False, pad_token_id=PAD,
        eos_token_id=ends or None, return_dict_in_generate=True, output_scores=True, **options,
    )
    scores = out.sequences_scores.tolist() if "num_beams" in options else [0.0] * len(rows)
    found = []
    for sequence, score in zip(out.sequences[:, width:].tolist(), scores):
        stop = next((i for i, token in enumerate(sequence) if token in ends), None)
        found.append({"tokens": sequence[:stop], "ended": stop is not None, "score": score})
    return found


def cases(name: str) -> list[dict]:
    model = AutoModelForCausalLM.from_pretrained(
        RESOURCES / "families" / name, dtype=torch.float32, attn_implementation="eager"
    ).eval()
    model.generation_config.eos_token_id = None
    model.generation_config.bos_token_id = None
    longest, new = LENGTHS[name]
    made = []
    for number, options in enumerate(GREEDY + BEAMS):
        rows = prompts(longest, 100 + number)
        # Padding tokens count as text in transformers' rules against repetition, not here.
        # Dynamic rotary scaling looks at the longest row of a batch.
        alone = "no_repeat_ngram_size" in options or "repetition_penalty" in options
        alone = alone or name.endswith("dynamic")
        for ends in (ENDS, []):
            if alone:
                expected = [generate(model, [row], new, options, ends)[0] for row in rows]
            else:
                expected = generate(model, rows, new, options, ends)
            made.append({"model": name, "prompts": rows, "new": new, "ends": ends,
                         "options": options, "expected": expected})
    return made


def filters() -> list[dict]:
    generator = torch.Generator().manual_seed(1)
    made = []
    for temperature, top_k, top_p in [
        (1.0, 0, 1.0), (0.7, 5, 1.0), (1.3, 0, 0.9), (0.9, 20, 0.5), (2.0, 3, 0.99), (0.5, 0, 0.01),
        (1.0, 50, 0.95),
    ]:
        logits = torch.randn((1, 41), generator=generator) * 3
        logits[0, 7] = logits[0, 8]
        scores = TemperatureLogitsWarper(temperature)(None, logits)
        if top_k:
            scores = TopKLogitsWarper(top_k)(None, scores)
        if top_p < 1:
            scores = TopPLogitsWarper(top_p)(None, scores)
        kept = [None if value == -float("inf") else value for value in scores[0].tolist()]
        made.append({"temperature": temperature, "top_k": top_k, "top_p": top_p,
                     "logits": logits[0].tolist(), "filtered": kept})
    return made


if __name__ == "__main__":
    torch.manual_seed(0)
    golden = {"cases": [case for name in LENGTHS for case in cases(name)], "filters": filters()}
    text = json.dumps(golden, separators=(",", ":")).replace('{"model"', '\n{"model"')
    (RESOURCES / "generation.json").write_text(text.replace('{"temp', '\n{"temp') + "\n")
    found = [row for case in golden["cases"] for row in case["expected"]]
    print(len(found), "continuations,", sum(row["ended"] for row in found), "ended")
