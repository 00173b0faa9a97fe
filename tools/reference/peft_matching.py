"""Which modules PEFT's FourierFT adapts, and with how many coefficients, for many configurations.

Writes dl4j-fourierft/src/test/resources/golden/matching.json: for each model its linear modules with
their shapes, and for each configuration over it the coefficients by module and the parameters that
train in full. A configuration that PEFT refuses has "error" instead.

Usage: python peft_matching.py
"""

import json
from pathlib import Path

from peft import FourierFTConfig, TaskType, get_peft_model
from torch import nn
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    LlamaConfig,
    LlamaForCausalLM,
)

GOLDEN = Path(__file__).resolve().parents[2] / "dl4j-fourierft/src/test/resources/golden/matching.json"


def bert() -> nn.Module:
    return BertForSequenceClassification(
        BertConfig(
            vocab_size=20,
            hidden_size=8,
            num_hidden_layers=12,
            num_attention_heads=2,
            intermediate_size=12,
            max_position_embeddings=8,
            num_labels=3,
        )
    )


def llama() -> nn.Module:
    return LlamaForCausalLM(
        LlamaConfig(
            vocab_size=20,
            hidden_size=8,
            num_hidden_layers=3,
            num_attention_heads=2,
            num_key_value_heads=1,
            intermediate_size=12,
            tie_word_embeddings=False,
        )
    )


MODELS = {"bert": bert, "llama": llama}
CASES = [
    ("bert", {"target_modules": ["query", "value"]}),
    ("bert", {"target_modules": ["query"], "layers_to_transform": [1, 11]}),
    ("bert", {"target_modules": ["query"], "layers_to_transform": 1, "layers_pattern": "layer"}),
    ("bert", {"target_modules": ["query"], "layers_to_transform": [0], "layers_pattern": ["h", "layer"]}),
    ("bert", {"target_modules": ["query"], "layers_to_transform": [0], "layers_pattern": ["h"]}),
    ("bert", {"target_modules": ["attention.self.key", "er.1.output.dense"]}),
    ("bert", {"target_modules": ["dense"], "exclude_modules": ["attention.output.dense"]}),
    ("bert", {"target_modules": r".*layer\.[0-2]\..*\.(query|key)"}),
    ("bert", {"target_modules": r"layer\.0\..*query"}),
    ("bert", {"target_modules": r".*query", "layers_to_transform": [0]}),
    ("bert", {"target_modules": ["query"], "exclude_modules": r".*layer\.1[01]?\..*"}),
    ("bert", {"target_modules": ["query"], "layers_pattern": ["layer"]}),
    ("bert", {"target_modules": "all-linear", "task_type": TaskType.SEQ_CLS}),
    ("bert", {"target_modules": ["query", "dense"], "modules_to_save": ["layer.1", "pooler"]}),
    ("bert", {"target_modules": ["query"], "modules_to_save": ["er.0.output.dense", "classifier"]}),
    (
        "bert",
        {
            "target_modules": ["query", "key", "dense"],
            "n_frequency_pattern": {
                r"layer\.1\..*": 3,
                "query": 4,
                "attention.self.query": 5,
                "bert.encoder.layer.2.attention.self.key": 6,
                "ense": 7,
                r"(output|pooler)\.dense": 8,
            },
        },
    ),
    ("bert", {"target_modules": ["query"], "bias": "fourier_only"}),
    ("bert", {"target_modules": ["query"], "bias": "all"}),
    ("bert", {"target_modules": ["qeury"]}),
    ("bert", {"target_modules": ["query"], "n_frequency": 65}),
    ("bert", {"target_modules": ["query"], "n_frequency": 0}),
    ("llama", {"target_modules": "all-linear", "task_type": TaskType.CAUSAL_LM}),
    ("llama", {"target_modules": ["q_proj", "v_proj"], "layers_to_transform": [2]}),
    ("llama", {"target_modules": ["q_proj", "lm_head"]}),
    ("llama", {"target_modules": ["model.layers.1.mlp.down_proj", "q_proj"], "layers_to_transform": [0]}),
]


def outcome(model: nn.Module, config: dict) -> dict:
    try:
        adapted = get_peft_model(model, FourierFTConfig(**({"n_frequency": 10} | config)))
    except ValueError as error:
        return {"error": str(error)[:200]}
    spectra, full = {}, []
    for name, parameter in adapted.named_parameters():
        name = name.removeprefix("base_model.model.")
        if ".fourierft_spectrum" in name:
            spectra[name.split(".fourierft_spectrum")[0]] = parameter.numel()
        elif parameter.requires_grad:
            full.append(name.replace(".modules_to_save.default", "").replace(".base_layer", ""))
    return {"spectra": spectra, "full": sorted(full)}


def main() -> None:
    models = {}
    for name, make in MODELS.items():
        model = make()
        models[name] = {
            "linears": {
                path: list(module.weight.shape)
                for path, module in model.named_modules()
                if isinstance(module, nn.Linear)
            },
            "parameters": [path for path, _ in model.named_parameters()],
        }
    cases = []
    for name, config in CASES:
        plain = {k: str(v.value) if isinstance(v, TaskType) else v for k, v in config.items()}
        cases.append({"model": name, "config": plain} | outcome(MODELS[name](), config))
    GOLDEN.write_text(json.dumps({"models": models, "cases": cases}, indent=1) + "\n")


if __name__ == "__main__":
    main()
