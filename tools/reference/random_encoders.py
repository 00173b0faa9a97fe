"""Random tiny BERT, RoBERTa and ViT checkpoints through `fourierft forward`, against transformers.

Every case draws a head, a configuration, weights, the way they are stored (format, shards, element
type, old names, tied copies, tensors of other heads) and a batch. Its numbers depend on the seed and
on the case's number alone, so `--seed S --only N` makes case N again.

Usage: python random_encoders.py [--seed S] [--cases N] [--only N] [--families bert,roberta,vit]
                                 [--folder DIR] [--java "java -Xmx2g"]

Before it, in the repository's root:
    mvn -pl cli -am test-compile dependency:build-classpath -Dmdep.outputFile=target/test.cp
"""

import json
import random
import shutil
import tempfile
from pathlib import Path

import numpy as np
import torch
import transformers
from safetensors.torch import load_file, save_file

import forward_cases

ACTIVATIONS = ["gelu", "gelu_new", "relu", "silu", "gelu_pytorch_tanh", "quick_gelu", "tanh", "swish",
               "gelu_python", "gelu_fast", "gelu_accurate", "gelu_10", "sigmoid", "relu6", "relu2",
               "leaky_relu", "mish", "hardswish", "linear", "laplace"]
CLASSES = {
    "bert": ["BertModel", "BertForSequenceClassification", "BertForTokenClassification",
             "BertForMaskedLM", "BertForPreTraining", "BertLMHeadModel",
             "BertForQuestionAnswering"],
    "roberta": ["RobertaModel", "RobertaForSequenceClassification", "RobertaForTokenClassification",
                "RobertaForMaskedLM", "RobertaForCausalLM", "RobertaForQuestionAnswering"],
    "vit": ["ViTModel", "ViTForImageClassification"],
}
TYPES = {"f32": torch.float32, "f16": torch.float16, "bf16": torch.bfloat16, "f64": torch.float64}


def chance(rng, p):
    return rng.random() < p


def shape_options(rng):
    """Widths that are no powers of two, few layers."""
    heads = rng.choice([1, 2, 3, 5, 7])
    return {
        "hidden_size": heads * rng.choice([1, 2, 3, 4, 6, 8, 11, 16]),
        "num_attention_heads": heads,
        "num_hidden_layers": rng.choice([1, 2, 3, 5]),
        "intermediate_size": rng.choice([1, 7, 20, 33, 64]),
        "hidden_act": rng.choice(ACTIVATIONS) if chance(rng, 0.6) else "gelu",
        "layer_norm_eps": rng.choice([1e-12, 1e-5, 1e-6, 1e-3, 0.1]),
    }


def labels(rng, options):
    options["num_labels"] = rng.choice([1, 2, 3, 5, 11, 23])
    problem = rng.choice([None, "regression", "multi_label_classification"])
    options |= {"problem_type": problem} if problem else {}


def text_config(rng, family):
    options = shape_options(rng) | {
        "vocab_size": rng.choice([13, 40, 101]),
        "max_position_embeddings": rng.choice([5, 16, 37, 70]),
        "type_vocab_size": rng.choice([1, 2, 2, 3]),
        "hidden_dropout_prob": rng.choice([0.0, 0.1, 0.5]),
        "classifier_dropout": rng.choice([None, 0.2]),
        "tie_word_embeddings": chance(rng, 0.75),
    }
    if chance(rng, 0.4):
        options["pad_token_id"] = rng.choice([0, 1, 2, 3])
    if chance(rng, 0.2):
        options["is_decoder"] = True
        options["add_cross_attention"] = chance(rng, 0.3)
    if chance(rng, 0.1):
        options["chunk_size_feed_forward"] = 1
    labels(rng, options)
    return transformers.AutoConfig.for_model(family, **options)


def side(rng, patch):
    return patch * rng.choice([1, 2, 3, 5]) + (rng.randrange(patch) if chance(rng, 0.3) else 0)


def vit_config(rng):
    patch = [rng.choice([1, 2, 3, 4, 5]) for _ in range(2)]
    if chance(rng, 0.6):
        patch[1] = patch[0]
    image = [side(rng, size) for size in patch]
    if chance(rng, 0.4):
        image[1] = image[0]
        patch[1] = patch[0]
    options = shape_options(rng) | {
        "image_size": image[0] if image[0] == image[1] and chance(rng, 0.7) else image,
        "patch_size": patch[0] if patch[0] == patch[1] and chance(rng, 0.9) else patch,
        "num_channels": rng.choice([1, 2, 3, 3, 4]),
        "qkv_bias": chance(rng, 0.7),
        "encoder_stride": rng.choice([1, 16]),
    }
    if chance(rng, 0.2):
        options["pooler_output_size"] = rng.choice([3, 9])
        options["pooler_act"] = rng.choice(["tanh", "relu"])
    labels(rng, options)
    return transformers.ViTConfig(**options)


def randomise(model, generator, spread):
    for name, parameter in model.named_parameters():
        gain = "norm" in name.lower() and name.endswith("weight")
        size = 0.2 if gain else spread
        parameter.data = torch.randn(parameter.shape, generator=generator) * size + (1 if gain else 0)
    return model.eval()


def build(rng, generator, family):
    """A model, and the name of the class that the configuration claims it was saved from."""
    config = vit_config(rng) if family == "vit" else text_config(rng, family)
    name = rng.choice(CLASSES[family])
    if name.endswith("QuestionAnswering"):
        config.num_labels = 2
    maker = getattr(transformers, name)
    pooled = {"add_pooling_layer": False} if name.endswith("Model") and chance(rng, 0.3) else {}
    if name == "BertLMHeadModel":
        pooled = {}
    model = randomise(maker(config, **pooled), generator, rng.choice([0.02, 0.1, 0.3]))
    claimed = name
    if chance(rng, 0.15):
        claimed = CLASSES[family][0]
    elif name == "BertForPreTraining" and chance(rng, 0.5):
        claimed = "BertForMaskedLM"
    return config, model, claimed


def tensors(rng, model, family):
    """The state under the names of some version, and which of the variations were drawn."""
    with tempfile.TemporaryDirectory() as folder:
        model.save_pretrained(folder)
        saved = Path(folder) / "model.safetensors"
        stored = load_file(saved)
    notes = []
    prefix = family + "."
    if chance(rng, 0.15):
        stored = {key.removeprefix(prefix): value for key, value in stored.items()}
        notes.append("no prefix")
    elif chance(rng, 0.15) and type(model).__name__.endswith("Model"):
        stored = {prefix + key if not key.startswith(("cls.", prefix)) else key: value
                  for key, value in stored.items()}
        notes.append("prefix")
    if chance(rng, 0.2) and family != "vit":
        stored = {key.replace("LayerNorm.weight", "LayerNorm.gamma").replace(
            "LayerNorm.bias", "LayerNorm.beta"): value for key, value in stored.items()}
        notes.append("gamma")
    if chance(rng, 0.2) and family != "vit":
        rows = model.config.max_position_embeddings
        base = prefix if any(key.startswith(prefix) for key in stored) else ""
        stored[base + "embeddings.position_ids"] = torch.arange(rows).unsqueeze(0)
        notes.append("position_ids")
    if chance(rng, 0.2):
        state = model.state_dict()
        copies = [key for key in state if "decoder." in key and key not in stored]
        stored |= {key: state[key] for key in copies}
        notes += ["tied copy"] if copies else []
    if chance(rng, 0.1) and family == "vit":
        stored = dict(model.state_dict())
        notes.append("names of 5")
    return {key: value.clone().contiguous() for key, value in stored.items()}, notes


def store(rng, folder, stored, notes):
    kind = rng.choice(list(TYPES)) if chance(rng, 0.6) else "f32"
    stored = {key: value.to(TYPES[kind]) if value.is_floating_point() else value
              for key, value in stored.items()}
    form = rng.choice(["safetensors", "safetensors", "bin"])
    shards = rng.choice([1, 1, 1, 2, 3])
    stem = "pytorch_model" if form == "bin" else "model"
    names = list(stored)
    rng.shuffle(names)
    index = {}
    legacy = form == "bin" and chance(rng, 0.3)
    for shard in range(shards):
        part = {name: stored[name] for name in names[shard::shards]}
        file = f"{stem}.{form}" if shards == 1 else f"{stem}-{shard + 1:05}-of-{shards:05}.{form}"
        index |= dict.fromkeys(part, file)
        if form == "bin":
            torch.save(part, folder / file, _use_new_zipfile_serialization=not legacy)
        else:
            save_file(part, folder / file, metadata={"format": "pt"})
    if shards > 1:
        content = {"metadata": {}, "weight_map": index}
        (folder / f"{stem}.{form}.index.json").write_text(json.dumps(content))
    notes += [kind, form, f"{shards} shards"] + (["legacy"] if legacy else [])


def write_config(rng, folder, config, claimed, notes):
    text = config.to_diff_dict() if chance(rng, 0.5) else config.to_dict()
    text["architectures"] = [claimed]
    if chance(rng, 0.2):
        text.pop("transformers_version", None)
        text |= {"torch_dtype": "float32", "gradient_checkpointing": False, "finetuning_task": "x"}
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


def text_input(rng, generator, config):
    spare = (config.pad_token_id or 0) + 1 if config.model_type == "roberta" else 0
    longest = config.max_position_embeddings - spare
    rows, length = rng.randint(1, 5), rng.randint(1, max(longest, 1))
    ids = torch.randint(0, config.vocab_size, (rows, length), generator=generator)
    batch = {"input_ids": ids}
    kind = rng.choice(["none", "right", "left", "both", "holes", "ones", "empty row"])
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
        if kind == "empty row":
            mask[rng.randrange(rows)] = 0
        batch["attention_mask"] = mask
        if chance(rng, 0.7):
            ids[mask == 0] = config.pad_token_id or 0
    if chance(rng, 0.5):
        batch["token_type_ids"] = torch.randint(
            0, config.type_vocab_size, ids.shape, generator=generator)
    return batch, [kind + " mask"]


def image_input(rng, generator, config):
    image = config.image_size
    height, width = image if isinstance(image, (list, tuple)) else (image, image)
    batch = rng.randint(1, 4)
    notes = []
    extra = {}
    patch = config.patch_size
    square = isinstance(patch, int) and height // patch == width // patch
    if chance(rng, 0.25) and square:  # transformers interpolates no other position tables
        height, width = side(rng, patch), side(rng, patch)
        extra = {"interpolate_pos_encoding": True}
        notes.append(f"interpolated to {height} x {width}")
    shape = (batch, config.num_channels, height, width)
    return {"pixel_values": torch.randn(shape, generator=generator)} | extra, notes


def answer(output):
    for field in ("logits", "prediction_logits", "last_hidden_state"):
        if getattr(output, field, None) is not None:
            return getattr(output, field)
    return torch.stack([output.start_logits, output.end_logits], -1)


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
    batch, more = (image_input if family == "vit" else text_input)(rng, generator, config)
    lists = {key: value.tolist() if torch.is_tensor(value) else value for key, value in batch.items()}
    (folder / "input.json").write_text(json.dumps(lists))
    story = {"kind": claimed, "saved from": type(model).__name__, "notes": notes + more}
    try:
        reference, info = getattr(transformers, claimed).from_pretrained(
            folder, dtype=torch.float32, output_loading_info=True)
        missing = [key for key in info["missing_keys"] if "pooler" not in key]
        story |= {"missing": sorted(missing)} if missing else {}
        with torch.no_grad():
            single = answer(reference.eval()(**batch))
            double = answer(reference.double()(**batch))
        np.save(folder / "expected.npy", single.numpy())
        story["noise"] = float((single - double).abs().max())
    except Exception as error:  # what transformers refuses, whatever it throws
        story["transformers"] = f"{type(error).__name__}: {str(error).splitlines()[0][:150]}"
    (folder / "story.json").write_text(json.dumps(story))


if __name__ == "__main__":
    forward_cases.main(__doc__, "bert,roberta,vit", make)
