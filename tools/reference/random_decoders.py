"""Random tiny GPT-2 and LLaMA checkpoints through `fourierft forward`, against transformers.

Every case draws a head, a configuration in an old or a new spelling, weights, the way they are stored
and a batch with or without padding. Its numbers depend on the seed and on the case's number alone, so
`--seed S --only N` makes case N again. transformers runs as it does by default, with PyTorch's fused
attention. What it refuses is no failure of ours, whatever we do.

Usage: python random_decoders.py [--seed S] [--cases N] [--only N] [--families gpt2,llama]
                                 [--folder DIR] [--java "java -Xmx2g"]

For what has to be built before, see random_encoders.py.
"""

import json
import random
import shutil
from pathlib import Path

import numpy as np
import torch
import transformers

import forward_cases
from random_encoders import ACTIVATIONS, chance, labels, store

CLASSES = {
    "gpt2": ["GPT2LMHeadModel", "GPT2LMHeadModel", "GPT2ForSequenceClassification", "GPT2Model",
             "GPT2ForTokenClassification", "GPT2ForQuestionAnswering", "GPT2DoubleHeadsModel"],
    "llama": ["LlamaForCausalLM", "LlamaForCausalLM", "LlamaForSequenceClassification", "LlamaModel",
              "LlamaForTokenClassification", "LlamaForQuestionAnswering"],
}
PREFIX = {"gpt2": "transformer.", "llama": "model."}


def gpt2_config(rng):
    heads = rng.choice([1, 2, 3, 5])
    options = {
        "vocab_size": rng.choice([13, 40, 101]),
        "n_embd": heads * rng.choice([1, 2, 3, 5, 8]),
        "n_head": heads,
        "n_layer": rng.choice([1, 2, 3, 5]),
        "n_positions": rng.choice([3, 9, 17, 40]),
        "n_inner": rng.choice([None, 1, 7, 20, 33]),
        "activation_function": rng.choice(ACTIVATIONS) if chance(rng, 0.6) else "gelu_new",
        "scale_attn_weights": chance(rng, 0.7),
        "scale_attn_by_inverse_layer_idx": chance(rng, 0.3),
        "reorder_and_upcast_attn": chance(rng, 0.3),
        "tie_word_embeddings": chance(rng, 0.7),
        "layer_norm_epsilon": rng.choice([1e-5, 1e-6, 1e-3, 0.1]),
    }
    if chance(rng, 0.1):
        options["add_cross_attention"] = True
    return transformers.GPT2Config(**options, **common(rng, options["vocab_size"]))


def rotary(rng, positions):
    kind = rng.choice(["default", "default", "linear", "dynamic", "llama3", "yarn", "longrope"])
    rope = {"rope_type": kind, "rope_theta": rng.choice([10000.0, 500000.0, 100.0, 17.5])}
    if kind != "default":
        rope["factor"] = rng.choice([1.0, 1.5, 2.0, 4.0, 8.0])
    if kind == "llama3":
        rope |= {"low_freq_factor": rng.choice([1.0, 0.5]), "high_freq_factor": rng.choice([4.0, 2.0])}
    if kind in ("llama3", "yarn", "longrope") and chance(rng, 0.8):
        rope["original_max_position_embeddings"] = rng.choice([4, 8, positions])
    if kind == "yarn":
        drawn = {"beta_fast": rng.choice([32, 4.0]), "beta_slow": rng.choice([1, 0.5]),
                 "mscale": rng.choice([1.0, 0.7]), "mscale_all_dim": rng.choice([1.0, 0.3]),
                 "attention_factor": rng.choice([0.8, 1.3]), "truncate": chance(rng, 0.5)}
        rope |= {key: value for key, value in drawn.items() if chance(rng, 0.3)}
    if chance(rng, 0.1):
        rope["partial_rotary_factor"] = rng.choice([0.5, 1.0]) if kind == "default" else 1.0
    return rope


def llama_config(rng):
    groups, each = rng.choice([1, 2, 3]), rng.choice([1, 2, 4])
    heads, size = groups * each, 2 * rng.choice([1, 2, 3, 4, 8])
    positions = rng.choice([4, 16, 37])
    rope = rotary(rng, positions)
    options = {
        "vocab_size": rng.choice([13, 40, 101]),
        "hidden_size": heads * size,
        "num_attention_heads": heads,
        "num_key_value_heads": rng.choice([groups, groups, None if each == 1 else groups]),
        "num_hidden_layers": rng.choice([1, 2, 3, 5]),
        "intermediate_size": rng.choice([1, 7, 20, 33]),
        "hidden_act": rng.choice(ACTIVATIONS) if chance(rng, 0.5) else "silu",
        "max_position_embeddings": positions,
        "rms_norm_eps": rng.choice([1e-6, 1e-5, 1e-3, 0.1]),
        "pretraining_tp": rng.choice([1, 1, 2]),
        "attention_bias": chance(rng, 0.3),
        "mlp_bias": chance(rng, 0.3),
        "tie_word_embeddings": chance(rng, 0.4),
    }
    if chance(rng, 0.4):
        options["head_dim"] = 2 * rng.choice([1, 2, 3, 5])
    size = options.get("head_dim", size)
    if rope["rope_type"] == "dynamic" and size == 2:  # its formula divides by the size less 2
        rope["rope_type"] = "linear"
    if rope["rope_type"] == "longrope":
        rope |= {key: [1 + 3 * rng.random() for _ in range(size // 2)]
                 for key in ("short_factor", "long_factor")}
    return transformers.LlamaConfig(
        **options, rope_parameters=rope, **common(rng, options["vocab_size"]))


def common(rng, vocabulary):
    options = {"eos_token_id": rng.choice([1, 2, [1, 2], None]), "bos_token_id": rng.choice([1, 0])}
    if chance(rng, 0.6):
        options["pad_token_id"] = rng.choice([0, 0, 1, 2, vocabulary - 1])
    labels(rng, options)
    return options


def randomise(model, generator, spread):
    for name, parameter in model.named_parameters():
        parts = name.lower().split(".")
        gain = parts[-1] == "weight" and any("norm" in p or p.startswith("ln_") for p in parts[-2:])
        size = 0.2 if gain else spread
        parameter.data = torch.randn(parameter.shape, generator=generator) * size + (1 if gain else 0)
    return model.eval()


def tensors(rng, model, family):
    """The state under the names of some version, and which of the variations were drawn."""
    state = {key: value for key, value in model.state_dict().items()}
    tied = model.config.tie_word_embeddings and "lm_head.weight" in state
    notes = []
    if tied:
        table = PREFIX[family] + ("wte" if family == "gpt2" else "embed_tokens") + ".weight"
        kept = rng.choice(["table", "table", "table", "both", "output", "two"])
        if kept == "table":
            del state["lm_head.weight"]
        elif kept == "output":
            del state[table]
        elif kept == "two":
            state["lm_head.weight"] = state["lm_head.weight"] * 1.5
        notes.append("tied: " + kept)
    if chance(rng, 0.15):
        state = {key.removeprefix(PREFIX[family]): value for key, value in state.items()}
        notes.append("no prefix")
    elif chance(rng, 0.3) and type(model).__name__.endswith("Model") and not tied:
        if "lm_head.weight" not in state:
            state = {PREFIX[family] + key: value for key, value in state.items()}
            notes.append("prefix")
    if chance(rng, 0.2):
        base = PREFIX[family] if any(key.startswith(PREFIX[family]) for key in state) else ""
        for layer in range(model.config.num_hidden_layers):
            if family == "gpt2":
                rows = model.config.n_positions
                causal = torch.tril(torch.ones(rows, rows, dtype=torch.uint8)).view(1, 1, rows, rows)
                state[f"{base}h.{layer}.attn.bias"] = causal
                state[f"{base}h.{layer}.attn.masked_bias"] = torch.tensor(-1e4)
            else:
                state[f"{base}layers.{layer}.self_attn.rotary_emb.inv_freq"] = torch.rand(3)
        notes.append("buffers")
    if chance(rng, 0.1) and "lm_head.weight" not in state:
        state["lm_head.weight"] = torch.zeros(model.config.vocab_size, model.config.hidden_size)
        notes.append("output matrix besides")
    return {key: value.clone().contiguous() for key, value in state.items()}, notes


def write_config(rng, folder, config, claimed, notes):
    text = config.to_diff_dict() if chance(rng, 0.5) else config.to_dict()
    text["architectures"] = [claimed]
    rope = text.get("rope_parameters")
    style = rng.choice(["new", "old", "older", "theta outside"]) if rope else "new"
    if style != "new":
        del text["rope_parameters"]
        rope = dict(rope)
        theta = rope.pop("rope_theta")
        if chance(rng, 0.9) or theta != 10000.0:
            text["rope_theta"] = theta
        if style == "older":
            rope["type"] = rope.pop("rope_type")
        if style == "theta outside":
            text["rope_parameters"] = rope
        else:
            plain = rope.get("rope_type", rope.get("type")) == "default"
            text["rope_scaling"] = None if plain and len(rope) == 1 else rope
        notes.append("rotary: " + style)
    if chance(rng, 0.15):
        text["rope_scaling"] = text.get("rope_scaling")
        text |= {"torch_dtype": "float16", "use_cache": False, "n_ctx": 7, "task_specific_params": None}
        notes.append("old keys")
    if chance(rng, 0.2):
        count = len(config.id2label) if config.id2label else 2
        text = {key: value for key, value in text.items() if key not in ("id2label", "label2id")}
        text["num_labels"] = count
        notes.append("num_labels")
    if chance(rng, 0.2):
        defaults = type(config)().to_dict()
        text = {key: value for key, value in text.items()
                if key in ("model_type", "architectures") or key not in defaults
                or defaults[key] != value}
        notes.append("defaults left out")
    (folder / "config.json").write_text(json.dumps(text, indent=2))


def reach(config):
    """How long sequences may be: beyond the positions where a rule stretches them."""
    if config.model_type == "gpt2":
        return config.n_positions
    rope = config.rope_parameters
    stretched = rope["rope_type"] in ("linear", "dynamic")
    return int(config.max_position_embeddings * (rope["factor"] if stretched else 1))


def text_input(rng, generator, config):
    length = rng.randint(1, min(reach(config), 60))
    rows = rng.choice([1, 1, 2, 3, 5])
    ids = torch.randint(0, config.vocab_size, (rows, length), generator=generator)
    batch = {"input_ids": ids}
    kind = rng.choice(["none", "right", "left", "both", "holes", "ones"])
    if kind != "none":
        mask = torch.ones_like(ids)
        for row in range(rows):
            cut = rng.randrange(length)
            if kind == "right" or kind == "both" and row % 2:
                mask[row, length - cut:] = 0
            elif kind in ("left", "both"):
                mask[row, :cut] = 0
            elif kind == "holes":
                mask[row] = torch.randint(0, 2, (length,), generator=generator)
                mask[row, rng.randrange(length)] = 1
        batch["attention_mask"] = mask
    if chance(rng, 0.6):
        padding = config.pad_token_id
        ids[batch.get("attention_mask", torch.ones_like(ids)) == 0] = 0 if padding is None else padding
    if chance(rng, 0.15) and config.model_type == "gpt2":
        batch["token_type_ids"] = torch.randint(0, config.vocab_size, ids.shape, generator=generator)
    return batch, [kind + " mask"]


def answer(output):
    for field in ("logits", "last_hidden_state"):
        if getattr(output, field, None) is not None:
            return getattr(output, field)
    return torch.stack([output.start_logits, output.end_logits], -1)


def build(rng, generator, family):
    config = (gpt2_config if family == "gpt2" else llama_config)(rng)
    name = rng.choice(CLASSES[family])
    if name.endswith("QuestionAnswering"):
        config.num_labels = 2
    model = randomise(getattr(transformers, name)(config), generator, rng.choice([0.02, 0.1, 0.3]))
    claimed = name
    if chance(rng, 0.1):
        claimed = family.replace("gpt", "GPT").replace("llama", "Llama") + "Model"
    return config, model, claimed


def make(seed, number, families, folder):
    rng = random.Random(f"{seed} {number}")
    generator = torch.Generator().manual_seed(seed * 100_003 + number)
    family = rng.choice(families)
    config, model, claimed = build(rng, generator, family)
    stored, notes = tensors(rng, model, family)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    store(rng, folder, stored, notes)
    write_config(rng, folder, config, claimed, notes)
    batch, more = text_input(rng, generator, config)
    lists = {key: value.tolist() for key, value in batch.items()}
    (folder / "input.json").write_text(json.dumps(lists))
    story = {"kind": claimed, "saved from": type(model).__name__, "notes": notes + more}
    try:
        reference, info = getattr(transformers, claimed).from_pretrained(
            folder, dtype=torch.float32, output_loading_info=True)
        missing = sorted(info["missing_keys"])
        story |= {"missing": missing} if missing else {}
        with torch.no_grad():
            np.save(folder / "expected.npy", answer(reference.eval()(**batch)).numpy())
    except Exception as error:  # what transformers refuses, whatever it throws
        story["transformers"] = f"{type(error).__name__}: {str(error).splitlines()[0][:150]}"
    (folder / "story.json").write_text(json.dumps(story))


if __name__ == "__main__":
    forward_cases.main(__doc__, "gpt2,llama", make)
