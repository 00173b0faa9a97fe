"""Tiny BERT and RoBERTa checkpoints with transformers' own outputs, for the importers' tests.

Writes one folder each under importers/src/test/resources/golden: config.json, the weights as
save_pretrained writes them, and golden.json with the inputs and what the model answers. Sizes are
odd on purpose, all weights and biases are random and large enough to matter.

Usage: python tiny_encoders.py
"""

import json
from pathlib import Path

import torch
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    BertModel,
    RobertaConfig,
    RobertaForSequenceClassification,
)

GOLDEN = Path(__file__).parents[2] / "importers" / "src" / "test" / "resources" / "golden"
SIZES = {
    "vocab_size": 41,
    "hidden_size": 12,
    "num_hidden_layers": 3,
    "num_attention_heads": 3,
    "intermediate_size": 20,
    "attn_implementation": "eager",
}


def randomise(model: torch.nn.Module, seed: int) -> torch.nn.Module:
    """Every parameter from N(0, 0.3), the gains of layer normalisations around 1."""
    generator = torch.Generator().manual_seed(seed)
    for name, parameter in model.named_parameters():
        values = torch.randn(parameter.shape, generator=generator) * 0.3
        parameter.data = values + 1 if name.endswith("LayerNorm.weight") else values
    return model.eval()


def inputs(padding: int, types: int, seed: int) -> dict[str, torch.Tensor]:
    """Three rows of different lengths, one of them padded on the left."""
    generator = torch.Generator().manual_seed(seed)
    ids = torch.randint(5, SIZES["vocab_size"], (3, 9), generator=generator)
    mask = torch.ones_like(ids)
    mask[1, 6:] = 0
    mask[2, :2] = 0
    ids[mask == 0] = padding
    token_types = torch.randint(0, types, ids.shape, generator=generator)
    return {"input_ids": ids, "attention_mask": mask, "token_type_ids": token_types}


def write(name: str, model: torch.nn.Module, batch: dict[str, torch.Tensor], **options) -> None:
    folder = GOLDEN / name
    model.save_pretrained(folder, **options)
    with torch.no_grad():
        output = model.float()(**batch)
    answer = output.logits if hasattr(output, "logits") else output.last_hidden_state
    golden = {key: value.tolist() for key, value in batch.items()}
    golden["output"] = answer.flatten(0, -2).tolist()
    (folder / "golden.json").write_text(json.dumps(golden) + "\n")


def main() -> None:
    bert = BertConfig(**SIZES, max_position_embeddings=16, type_vocab_size=2, num_labels=3)
    write("tiny-bert", randomise(BertForSequenceClassification(bert), 1), inputs(0, 2, 2))

    sharded = BertConfig(
        **SIZES, max_position_embeddings=9, type_vocab_size=3, hidden_act="gelu_new",
        layer_norm_eps=1e-3,
    )
    model = randomise(BertModel(sharded), 3).half()
    write("tiny-bert-sharded", model, inputs(0, 3, 4), max_shard_size="4KB")

    roberta = RobertaConfig(
        **SIZES, max_position_embeddings=13, type_vocab_size=1, num_labels=1, pad_token_id=3,
        hidden_act="relu", layer_norm_eps=1e-5,
    )
    model = randomise(RobertaForSequenceClassification(roberta), 5).bfloat16()
    write("tiny-roberta", model, inputs(3, 1, 6))


if __name__ == "__main__":
    main()
