"""FourierFT adapters of PEFT over tiny checkpoints of tiny_families.py, with PEFT's own logits.

Writes one folder each under cli/src/test/resources/golden/adapters: the adapter as save_pretrained
writes it, and logits.json for the inputs of the base's golden.json. All numbers are random and large
enough to matter; one adapter trains a head, one has layers of different n.

Usage: python peft_forward.py
"""

import json
import shutil
from pathlib import Path

import torch
from peft import FourierFTConfig, TaskType, get_peft_model
from transformers import (
    AutoModelForCausalLM,
    AutoModelForSequenceClassification,
    AutoModelForTokenClassification,
)

ROOT = Path(__file__).parents[2]
FAMILIES = ROOT / "importers" / "src" / "test" / "resources" / "golden" / "families"
GOLDEN = ROOT / "cli" / "src" / "test" / "resources" / "golden" / "adapters"
CASES = {
    "llama-causal": (AutoModelForCausalLM, TaskType.CAUSAL_LM, ["q_proj", "v_proj", "down_proj"],
                     {"n_frequency_pattern": {"q_proj": 11}}),
    "gpt2-causal": (AutoModelForCausalLM, TaskType.CAUSAL_LM, ["c_attn", "c_proj"], {}),
    "roberta-tokens": (AutoModelForTokenClassification, TaskType.TOKEN_CLS, ["query", "value"], {}),
    "llama-sequence-linear": (AutoModelForSequenceClassification, TaskType.SEQ_CLS,
                              ["k_proj", "up_proj"], {}),
}


def write(name: str, seed: int) -> None:
    kind, task, targets, more = CASES[name]
    base = kind.from_pretrained(FAMILIES / name, dtype=torch.float32)
    config = FourierFTConfig(
        n_frequency=17, scaling=90.0, random_loc_seed=seed, target_modules=targets, task_type=task,
        **more,
    )
    model = get_peft_model(base, config).eval()
    generator = torch.Generator().manual_seed(seed)
    for parameter in model.parameters():
        if parameter.requires_grad:
            parameter.data = torch.randn(parameter.shape, generator=generator) * 0.3
    folder = GOLDEN / name
    shutil.rmtree(folder, ignore_errors=True)
    model.save_pretrained(folder)
    (folder / "README.md").unlink(missing_ok=True)
    file = folder / "adapter_config.json"
    settings = json.loads(file.read_text())
    settings["base_model_name_or_path"] = name
    file.write_text(json.dumps(settings, indent=2) + "\n")
    golden = json.loads((FAMILIES / name / "golden.json").read_text())
    inputs = {key: torch.tensor(golden[key]) for key in ("input_ids", "attention_mask")}
    with torch.no_grad():
        logits = model(**inputs).logits
    (folder / "logits.json").write_text(json.dumps(logits.tolist()) + "\n")


if __name__ == "__main__":
    for number, name in enumerate(CASES):
        write(name, 61 + number)
