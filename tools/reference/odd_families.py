"""More tiny checkpoints for FamilyParityTest: every head in the layouts that are met in the wild.

PyTorch files with tied weights under both names, shards of either format, half precision, double
precision, names of old versions, with the family's prefix and without. As in tiny_families.py, each
folder has config.json, the weights, and golden.json with inputs and transformers' answer.

Usage: python odd_families.py
"""

import json
import shutil

import torch
from safetensors.torch import load_file, save_file
from transformers import (
    BertConfig,
    BertForQuestionAnswering,
    BertForSequenceClassification,
    BertForTokenClassification,
    BertLMHeadModel,
    BertModel,
    GPT2Config,
    GPT2ForSequenceClassification,
    GPT2ForTokenClassification,
    GPT2Model,
    LlamaConfig,
    LlamaForCausalLM,
    LlamaForSequenceClassification,
    LlamaForTokenClassification,
    LlamaModel,
    RobertaConfig,
    RobertaForCausalLM,
    RobertaForMaskedLM,
    RobertaForQuestionAnswering,
    RobertaForSequenceClassification,
    RobertaForTokenClassification,
    RobertaModel,
    ViTConfig,
    ViTForImageClassification,
    ViTModel,
)

from tiny_families import DEFAULT, GOLDEN, pixels, randomise, tokens

ENCODER = {
    "vocab_size": 41, "hidden_size": 20, "num_hidden_layers": 4, "num_attention_heads": 5,
    "intermediate_size": 14, "max_position_embeddings": 19, **DEFAULT,
}
GPT2 = {"vocab_size": 39, "n_embd": 20, "n_head": 5, "n_layer": 2, "n_positions": 13, "n_inner": 14}
LLAMA = {
    "vocab_size": 38, "hidden_size": 18, "num_hidden_layers": 2, "num_attention_heads": 9,
    "num_key_value_heads": 3, "head_dim": 4, "intermediate_size": 14,
    "max_position_embeddings": 32, **DEFAULT,
}
VIT = {"hidden_size": 20, "num_hidden_layers": 3, "num_attention_heads": 5, "intermediate_size": 14}


def typed(pad, types, seed):
    batch = tokens(pad, seed)
    generator = torch.Generator().manual_seed(seed + 1000)
    batch["token_type_ids"] = torch.randint(0, types, batch["input_ids"].shape, generator=generator)
    return batch


def write(name, model, batch, layout, rename=lambda key: key, ties=None, config=None):
    """Saves a model in a layout: safetensors or bin, in a number of shards."""
    folder = GOLDEN / name
    shutil.rmtree(folder, ignore_errors=True)
    model.save_pretrained(folder)
    (folder / "generation_config.json").unlink(missing_ok=True)
    reference = type(model).from_pretrained(folder, dtype=torch.float32, **DEFAULT).eval()
    with torch.no_grad():
        output = reference(**batch)
    if hasattr(output, "start_logits"):
        answer = torch.stack([output.start_logits, output.end_logits], -1)
    else:
        answer = output.logits if hasattr(output, "logits") else output.last_hidden_state
    golden = {key: value.tolist() for key, value in batch.items()}
    golden["output"] = answer.flatten(0, -2).tolist()
    (folder / "golden.json").write_text(json.dumps(golden) + "\n")
    tensors = {rename(key): value for key, value in load_file(folder / "model.safetensors").items()}
    (folder / "model.safetensors").unlink()
    for copy, original in (ties or {}).items():
        tensors[copy] = tensors[original]
    if config:
        text = json.loads((folder / "config.json").read_text()) | config
        text = {key: value for key, value in text.items() if value is not None}
        (folder / "config.json").write_text(json.dumps(text, indent=2) + "\n")
    save(folder, tensors, *layout)


def save(folder, tensors, kind, shards=1):
    stem = "pytorch_model" if kind == "bin" else "model"
    names = list(tensors)
    index = {}
    for shard in range(shards):
        part = {name: tensors[name] for name in names[shard::shards]}
        file = f"{stem}.{kind}" if shards == 1 else f"{stem}-{shard + 1:05}-of-{shards:05}.{kind}"
        index |= dict.fromkeys(part, file)
        if kind == "bin":
            torch.save(part, folder / file)
        else:
            save_file(part, folder / file, metadata={"format": "pt"})
    if shards > 1:
        content = {"metadata": {}, "weight_map": index}
        (folder / f"{stem}.{kind}.index.json").write_text(json.dumps(content, indent=2) + "\n")


def old(key):
    return key.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta")


def bare(prefix):
    return lambda key: key.removeprefix(prefix)


def encoders():
    bert = BertConfig(**ENCODER, num_labels=7)
    write("bert-sequence-old", randomise(BertForSequenceClassification(bert), 101).half(),
          typed(0, 2, 102), ("bin",), old)
    bert = BertConfig(**ENCODER, num_labels=1, type_vocab_size=3, hidden_act="silu",
                      problem_type="regression", layer_norm_eps=1e-3)
    write("bert-regression-shards", randomise(BertForSequenceClassification(bert), 103).bfloat16(),
          typed(0, 3, 104), ("safetensors", 3))
    bert = BertConfig(**ENCODER, num_labels=3, hidden_act="gelu_pytorch_tanh", pad_token_id=4)
    write("bert-tokens-bin", randomise(BertForTokenClassification(bert), 105), typed(4, 2, 106),
          ("bin", 2), bare("bert."))
    bert = BertConfig(**ENCODER, hidden_act="relu")
    write("bert-features-double", randomise(BertModel(bert), 107).double(), typed(0, 2, 108),
          ("safetensors",), lambda key: "bert." + key)
    roberta = RobertaConfig(**ENCODER, num_labels=4, pad_token_id=1)
    write("roberta-sequence-bin", randomise(RobertaForSequenceClassification(roberta), 111).bfloat16(),
          tokens(1, 112), ("bin",))
    roberta = RobertaConfig(**ENCODER, num_labels=6, pad_token_id=0, hidden_act="gelu_new")
    write("roberta-tokens-shards", randomise(RobertaForTokenClassification(roberta), 113).half(),
          tokens(0, 114), ("safetensors", 2))
    roberta = RobertaConfig(**ENCODER, pad_token_id=1, layer_norm_eps=1e-5)
    write("roberta-masked-bin", randomise(RobertaForMaskedLM(roberta), 115), tokens(1, 116), ("bin",),
          ties={"lm_head.decoder.weight": "roberta.embeddings.word_embeddings.weight",
                "lm_head.decoder.bias": "lm_head.bias"})
    write("roberta-features", randomise(RobertaModel(roberta), 117), tokens(1, 118), ("safetensors",),
          config={"model_type": None})
    roberta = RobertaConfig(**ENCODER, pad_token_id=3, hidden_act="silu")
    write("roberta-features-bin", randomise(RobertaModel(roberta), 119).half(), tokens(3, 120),
          ("bin", 2), lambda key: "roberta." + key)


def more():
    """Second ones of the heads that have one in tiny_encoders.py or tiny_families.py."""
    bert = BertConfig(**ENCODER, num_labels=1, hidden_act="tanh")
    write("bert-regression-bin", randomise(BertForSequenceClassification(bert), 151),
          typed(0, 2, 152), ("bin",), old)
    roberta = RobertaConfig(**ENCODER, num_labels=1, pad_token_id=1, layer_norm_eps=1e-4)
    write("roberta-regression-bin", randomise(RobertaForSequenceClassification(roberta), 153).half(),
          tokens(1, 154), ("bin", 2))
    roberta = RobertaConfig(**ENCODER, num_labels=9, pad_token_id=2)
    write("roberta-sequence-shards", randomise(RobertaForSequenceClassification(roberta), 155),
          tokens(2, 156), ("safetensors", 3))
    config = ViTConfig(**VIT, image_size=(9, 3), patch_size=3, num_channels=4, num_labels=1, **DEFAULT)
    write("vit-regression-bin", randomise(ViTForImageClassification(config), 157).bfloat16(),
          pixels(4, 9, 3, 158), ("bin",))


def decoders():
    gpt2 = GPT2Config(**GPT2, num_labels=5, pad_token_id=0, activation_function="relu", **DEFAULT)
    write("gpt2-sequence-bin", randomise(GPT2ForSequenceClassification(gpt2), 121).bfloat16(),
          tokens(0, 122), ("bin",))
    gpt2 = GPT2Config(**GPT2, num_labels=1, pad_token_id=2, scale_attn_weights=False, **DEFAULT)
    write("gpt2-regression-shards", randomise(GPT2ForSequenceClassification(gpt2), 123).half(),
          tokens(2, 124), ("safetensors", 2))
    gpt2 = GPT2Config(**GPT2, num_labels=2, layer_norm_epsilon=1e-3, **DEFAULT)
    write("gpt2-tokens-bin", randomise(GPT2ForTokenClassification(gpt2), 125), tokens(0, 126),
          ("bin", 2))
    gpt2 = GPT2Config(**GPT2, scale_attn_by_inverse_layer_idx=True, **DEFAULT)
    write("gpt2-features-bin", randomise(GPT2Model(gpt2), 127).half(), tokens(0, 128), ("bin",))
    llama = LlamaConfig(**LLAMA, num_labels=4, pad_token_id=0, attention_bias=True)
    write("llama-sequence-bin", randomise(LlamaForSequenceClassification(llama), 131).bfloat16(),
          tokens(0, 132), ("bin",))
    llama = LlamaConfig(**LLAMA, num_labels=1, pad_token_id=3, mlp_bias=True, hidden_act="gelu")
    write("llama-regression-shards", randomise(LlamaForSequenceClassification(llama), 133).half(),
          tokens(3, 134), ("safetensors", 2))
    llama = LlamaConfig(**LLAMA, num_labels=6, rope_parameters={
        "rope_type": "linear", "rope_theta": 250.0, "factor": 1.5})
    write("llama-tokens-bin", randomise(LlamaForTokenClassification(llama), 135), tokens(0, 136),
          ("bin", 3), config={"rope_parameters": None, "rope_theta": 250.0,
                              "rope_scaling": {"rope_type": "linear", "factor": 1.5}})
    llama = LlamaConfig(**LLAMA, rms_norm_eps=1e-3, hidden_act="relu")
    write("llama-features-double", randomise(LlamaModel(llama), 137).double(), tokens(0, 138),
          ("safetensors",), lambda key: "model." + key)


def corners():
    """What random_decoders.py found to be read otherwise than by transformers."""
    gpt2 = GPT2Config(**GPT2, num_labels=3, pad_token_id=7, add_cross_attention=True, **DEFAULT)
    batch = tokens(7, 162)
    batch["input_ids"][0, -2:] = 7  # padding tokens that the attention mask shows
    batch["input_ids"][2, :] = torch.where(batch["attention_mask"][2] == 0, 11, 7)
    write("gpt2-sequence-last", randomise(GPT2ForSequenceClassification(gpt2), 161), batch,
          ("safetensors",))
    llama = LlamaConfig(**LLAMA, num_labels=2, pad_token_id=-1, rope_parameters={
        "rope_type": "default", "rope_theta": 100.0, "partial_rotary_factor": 0.5})
    write("llama-sequence-last", randomise(LlamaForSequenceClassification(llama), 163),
          tokens(0, 164), ("safetensors",))
    yarn = {"rope_type": "yarn", "rope_theta": 50.0, "factor": 4.0,
            "original_max_position_embeddings": 8}
    llama = LlamaConfig(**(LLAMA | {"head_dim": 10}), rope_parameters=yarn)
    write("llama-causal-yarn", randomise(LlamaForCausalLM(llama), 165), tokens(0, 166, length=30),
          ("safetensors",))
    llama = LlamaConfig(**(LLAMA | {"head_dim": 12}), rope_parameters=yarn | {
        "beta_fast": 3.0, "beta_slow": 0.4, "mscale": 0.7, "mscale_all_dim": 0.3, "truncate": False})
    old = dict(llama.rope_parameters)
    theta = old.pop("rope_theta")
    write("llama-causal-yarn-old", randomise(LlamaForCausalLM(llama), 167).half(), tokens(0, 168),
          ("bin",), config={"rope_parameters": None, "rope_theta": theta, "rope_scaling": old})


def vit():
    config = ViTConfig(**VIT, image_size=(15, 10), patch_size=5, num_channels=2, num_labels=11,
                       hidden_act="relu", **DEFAULT)
    write("vit-classes-bin", randomise(ViTForImageClassification(config), 141).half(),
          pixels(2, 15, 10, 142), ("bin", 2))
    config = ViTConfig(**VIT, image_size=8, patch_size=2, num_channels=1, qkv_bias=False, **DEFAULT)
    write("vit-features-bin", randomise(ViTModel(config), 143).bfloat16(), pixels(1, 8, 8, 144),
          ("bin",), lambda key: "vit." + key)
    config = ViTConfig(**VIT, image_size=(8, 16), patch_size=8, num_labels=2, layer_norm_eps=1e-3,
                       **DEFAULT)
    write("vit-classes-double", randomise(ViTForImageClassification(config), 145).double(),
          pixels(3, 8, 16, 146), ("safetensors",))


def answers():
    """Where an answer starts and ends."""
    small = ENCODER | {"num_hidden_layers": 1, "hidden_size": 10}
    for seed, layout in ((181, ("safetensors",)), (183, ("bin",))):
        bert = BertForQuestionAnswering(BertConfig(**small))
        write(f"bert-answers-{layout[0]}", randomise(bert, seed), typed(0, 2, seed + 1), layout)
    for seed, layout in ((185, ("safetensors", 2)), (187, ("bin",))):
        roberta = RobertaForQuestionAnswering(RobertaConfig(**small))
        write(f"roberta-answers-{layout[0]}", randomise(roberta, seed), tokens(1, seed + 1), layout)


def unusual():
    """Encoders that look back only, patches that fill no image, heads that fill no width."""
    small = ENCODER | {"num_hidden_layers": 2}
    bert = BertConfig(**small, is_decoder=True, hidden_act="quick_gelu")
    write("bert-causal", randomise(BertLMHeadModel(bert), 161), typed(0, 2, 162), ("safetensors",))
    bert = BertConfig(**small, is_decoder=True, add_cross_attention=True, tie_word_embeddings=False)
    write("bert-causal-bin", randomise(BertLMHeadModel(bert), 163).half(), tokens(0, 164), ("bin",))
    bert = BertConfig(**small, is_decoder=True, num_labels=3)
    write("bert-sequence-causal", randomise(BertForSequenceClassification(bert), 165),
          typed(0, 2, 166), ("safetensors",))
    roberta = RobertaConfig(**small, is_decoder=True)
    write("roberta-causal", randomise(RobertaForCausalLM(roberta), 167).bfloat16(), tokens(1, 168),
          ("safetensors",))
    roberta = RobertaConfig(**small, pad_token_id=0, hidden_act="mish")  # sees both ways
    write("roberta-causal-shards", randomise(RobertaForCausalLM(roberta), 169), tokens(0, 170),
          ("safetensors", 2))
    defaults = {"num_hidden_layers": None, "num_channels": None, "type_vocab_size": None}
    config = ViTConfig(**VIT | {"num_hidden_layers": 12, "hidden_size": 8, "num_attention_heads": 3},
                       image_size=(11, 14), patch_size=(3, 4), num_labels=4, **DEFAULT)
    write("vit-oblong", randomise(ViTForImageClassification(config), 171), pixels(3, 11, 14, 172),
          ("safetensors",), config=defaults)
    config = ViTConfig(**VIT, image_size=10, patch_size=3, num_channels=1, hidden_act="gelu_10",
                       **DEFAULT)
    write("vit-features-over", randomise(ViTModel(config), 173).half(), pixels(1, 10, 10, 174),
          ("bin",))


if __name__ == "__main__":
    encoders()
    more()
    decoders()
    corners()
    vit()
    answers()
    unusual()
