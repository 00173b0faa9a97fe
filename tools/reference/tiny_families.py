"""Tiny checkpoints of every model family and head with transformers' own outputs.

Writes one folder each under importers/src/test/resources/golden/families: config.json, the weights
as save_pretrained writes them, and golden.json with the inputs and what the model answers. Sizes
are odd on purpose, all weights and biases are random and large enough to matter. Rows are padded on
the right and on the left.

Usage: python tiny_families.py
"""

import json
import shutil
from pathlib import Path

import torch
from transformers import (
    BertConfig,
    BertForMaskedLM,
    BertForTokenClassification,
    GPT2Config,
    GPT2ForSequenceClassification,
    GPT2ForTokenClassification,
    GPT2LMHeadModel,
    GPT2Model,
    LlamaConfig,
    LlamaForCausalLM,
    LlamaForSequenceClassification,
    LlamaForTokenClassification,
    LlamaModel,
    RobertaConfig,
    RobertaForMaskedLM,
    RobertaForTokenClassification,
    ViTConfig,
    ViTForImageClassification,
    ViTModel,
)

GOLDEN = (
    Path(__file__).parents[2]
    / "importers" / "src" / "test" / "resources" / "golden" / "families"
)
DEFAULT = {"attn_implementation": "sdpa"}
ENCODER = {
    "vocab_size": 37, "hidden_size": 12, "num_hidden_layers": 2, "num_attention_heads": 3,
    "intermediate_size": 20, "max_position_embeddings": 16, **DEFAULT,
}
GPT2 = {"vocab_size": 37, "n_embd": 12, "n_head": 3, "n_layer": 3, "n_positions": 11, **DEFAULT}
LLAMA = {
    "vocab_size": 37, "hidden_size": 12, "num_hidden_layers": 3, "num_attention_heads": 6,
    "num_key_value_heads": 2, "intermediate_size": 20, "max_position_embeddings": 16, **DEFAULT,
}
VIT = {
    "hidden_size": 12, "num_hidden_layers": 2, "num_attention_heads": 3, "intermediate_size": 20,
    **DEFAULT,
}


def randomise(model: torch.nn.Module, seed: int) -> torch.nn.Module:
    """Every parameter from N(0, 0.3), the gains of normalisations around 1."""
    generator = torch.Generator().manual_seed(seed)
    for name, parameter in model.named_parameters():
        values = torch.randn(parameter.shape, generator=generator) * 0.3
        parts = name.lower().split(".")
        gain = parts[-1] == "weight" and any("norm" in p or p.startswith("ln_") for p in parts[-2:])
        parameter.data = values + 1 if gain else values
    return model.eval()


def tokens(pad: int, seed: int, left: bool = True, length: int = 9) -> dict[str, torch.Tensor]:
    """Three rows of different lengths, one padded on the right, one on the left."""
    generator = torch.Generator().manual_seed(seed)
    ids = torch.randint(5, 37, (3, length), generator=generator)
    mask = torch.ones_like(ids)
    mask[1, 6:] = 0
    if left:
        mask[2, :2] = 0
    ids[mask == 0] = pad
    return {"input_ids": ids, "attention_mask": mask}


def pixels(channels: int, height: int, width: int, seed: int) -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    return {"pixel_values": torch.randn((2, channels, height, width), generator=generator)}


def write(name, model, batch, call=None, config=None, **options) -> None:
    folder = GOLDEN / name
    shutil.rmtree(folder, ignore_errors=True)
    model.save_pretrained(folder, **options)
    if config:
        (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    (folder / "generation_config.json").unlink(missing_ok=True)
    # Read back: a cast model has cast its rotary frequencies, which no file holds.
    model = type(model).from_pretrained(folder, dtype=torch.float32, **DEFAULT).eval()
    with torch.no_grad():
        output = model(**batch, **(call or {}))
    answer = output.logits if hasattr(output, "logits") else output.last_hidden_state
    golden = {key: value.tolist() for key, value in batch.items()}
    golden["output"] = answer.flatten(0, -2).tolist()
    (folder / "golden.json").write_text(json.dumps(golden) + "\n")


def encoders() -> None:
    bert = BertConfig(**ENCODER, num_labels=5)
    write("bert-tokens", randomise(BertForTokenClassification(bert), 1), tokens(0, 2))
    bert = BertConfig(**ENCODER, hidden_act="gelu_new", layer_norm_eps=1e-4)
    write("bert-masked", randomise(BertForMaskedLM(bert), 3).half(), tokens(0, 4))
    roberta = RobertaConfig(**ENCODER, num_labels=3, pad_token_id=1, type_vocab_size=1)
    write("roberta-tokens", randomise(RobertaForTokenClassification(roberta), 5), tokens(1, 6))
    roberta = RobertaConfig(**ENCODER, pad_token_id=2, hidden_act="relu", type_vocab_size=1)
    write("roberta-masked", randomise(RobertaForMaskedLM(roberta), 7).bfloat16(), tokens(2, 8))
    bert = BertConfig(**ENCODER, tie_word_embeddings=False)
    write("bert-masked-untied", randomise(BertForMaskedLM(bert), 9), tokens(0, 10))


def gpt2() -> None:
    write("gpt2-causal", randomise(GPT2LMHeadModel(GPT2Config(**GPT2)), 11), tokens(0, 12))
    odd = GPT2Config(
        **GPT2, n_inner=19, activation_function="relu", scale_attn_by_inverse_layer_idx=True,
        scale_attn_weights=False, layer_norm_epsilon=1e-3, tie_word_embeddings=False,
    )
    model = randomise(GPT2LMHeadModel(odd), 13).bfloat16()
    write("gpt2-causal-odd", model, tokens(0, 14), max_shard_size="8KB")
    classes = GPT2Config(**GPT2, num_labels=3, pad_token_id=0)
    model = randomise(GPT2ForSequenceClassification(classes), 15)
    write("gpt2-sequence", model, tokens(0, 16))
    regression = GPT2Config(**GPT2, num_labels=1, pad_token_id=0, activation_function="silu")
    model = randomise(GPT2ForSequenceClassification(regression), 17).half()
    write("gpt2-regression", model, tokens(0, 18))
    model = randomise(GPT2ForTokenClassification(GPT2Config(**GPT2, num_labels=4)), 19)
    write("gpt2-tokens", model, tokens(0, 20))
    write("gpt2-features", randomise(GPT2Model(GPT2Config(**GPT2)), 21), tokens(0, 22))


def llama() -> None:
    write("llama-causal", randomise(LlamaForCausalLM(LlamaConfig(**LLAMA)), 31), tokens(0, 32))
    odd = LlamaConfig(
        **LLAMA, head_dim=6, attention_bias=True, mlp_bias=True, tie_word_embeddings=True,
        hidden_act="gelu", rms_norm_eps=1e-3,
        rope_parameters={
            "rope_type": "llama3", "rope_theta": 500.0, "factor": 4.0, "low_freq_factor": 1.0,
            "high_freq_factor": 4.0, "original_max_position_embeddings": 8,
        },
    )
    model = randomise(LlamaForCausalLM(odd), 33).bfloat16()
    write("llama-causal-llama3", model, tokens(0, 34), max_shard_size="8KB")
    linear = LlamaConfig(
        **LLAMA, num_labels=3, pad_token_id=0, head_dim=4,
        rope_parameters={"rope_type": "linear", "rope_theta": 100.0, "factor": 2.5},
    )
    model = randomise(LlamaForSequenceClassification(linear), 35).half()
    write("llama-sequence-linear", model, tokens(0, 36))
    dynamic = LlamaConfig(
        **LLAMA, num_labels=1, pad_token_id=0, head_dim=4,
        rope_parameters={"rope_type": "dynamic", "rope_theta": 100.0, "factor": 2.0},
    )
    model = randomise(LlamaForSequenceClassification(dynamic), 37)
    write("llama-regression-dynamic", model, tokens(0, 38))
    model = randomise(LlamaForTokenClassification(LlamaConfig(**LLAMA, num_labels=4)), 39)
    write("llama-tokens", model, tokens(0, 40))
    write("llama-features", randomise(LlamaModel(LlamaConfig(**LLAMA)), 41), tokens(0, 42))
    llama_rotary()


def llama_rotary() -> None:
    """Sequences beyond the positions of pretraining, and how older versions spell the rules."""
    dynamic = LlamaConfig(
        **LLAMA, head_dim=6,
        rope_parameters={"rope_type": "dynamic", "rope_theta": 100.0, "factor": 2.0},
    )
    model = randomise(LlamaForCausalLM(dynamic), 43)
    write("llama-causal-dynamic", model, tokens(0, 44, length=25))
    linear = LlamaConfig(
        **(LLAMA | {"num_key_value_heads": 6}), head_dim=2,
        rope_parameters={"rope_type": "linear", "rope_theta": 500.0, "factor": 2.5},
    )
    old = {
        "architectures": ["LlamaForCausalLM"], "model_type": "llama", "vocab_size": 37,
        "hidden_size": 12, "num_hidden_layers": 3, "num_attention_heads": 6, "hidden_act": "silu",
        "intermediate_size": 20, "max_position_embeddings": 16, "rms_norm_eps": 1e-6,
        "rope_theta": 500.0, "rope_scaling": {"type": "linear", "factor": 2.5},
        "tie_word_embeddings": False, "torch_dtype": "float32",
    }
    model = randomise(LlamaForCausalLM(linear), 45)
    write("llama-causal-old", model, tokens(0, 46, length=20), config=old)


def vit() -> None:
    config = ViTConfig(**VIT, image_size=12, patch_size=4, num_channels=3, num_labels=3)
    model = randomise(ViTForImageClassification(config), 51)
    write("vit-classes", model, pixels(3, 12, 12, 52))
    odd = ViTConfig(
        **VIT, image_size=(6, 9), patch_size=3, num_channels=1, qkv_bias=False, num_labels=1,
        hidden_act="gelu_new", layer_norm_eps=1e-4,
    )
    model = randomise(ViTForImageClassification(odd), 53).bfloat16()
    write("vit-odd", model, pixels(1, 6, 9, 54), max_shard_size="4KB")
    write("vit-features", randomise(ViTModel(config, add_pooling_layer=False), 55).half(),
          pixels(3, 12, 12, 56))
    model = randomise(ViTForImageClassification(config), 57)
    write("vit-interpolated", model, pixels(3, 20, 8, 58), {"interpolate_pos_encoding": True})


if __name__ == "__main__":
    encoders()
    gpt2()
    llama()
    vit()
