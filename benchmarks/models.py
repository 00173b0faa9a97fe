"""Random base models of well-known shapes and an adapter over each, made once per run."""

import copy
import random
from pathlib import Path

import torch
from peft import FourierFTConfig, get_peft_model
from transformers import (
    AutoConfig,
    BertConfig,
    BertForSequenceClassification,
    LlamaConfig,
    LlamaForCausalLM,
    LlamaForSequenceClassification,
    RobertaConfig,
    RobertaForSequenceClassification,
)

LABELS = 8


def roberta(hidden, layers, heads, inner, vocabulary=50265):
    config = RobertaConfig(hidden_size=hidden, num_hidden_layers=layers, num_attention_heads=heads,
                           intermediate_size=inner, max_position_embeddings=514, type_vocab_size=1,
                           vocab_size=vocabulary, layer_norm_eps=1e-5, num_labels=LABELS)
    return RobertaForSequenceClassification(config)


def minilm():
    config = BertConfig(hidden_size=384, num_hidden_layers=6, num_attention_heads=12,
                        intermediate_size=1536, vocab_size=30522, num_labels=LABELS)
    return BertForSequenceClassification(config)


def llama():
    """104 million parameters."""
    config = LlamaConfig(hidden_size=768, num_hidden_layers=8, num_attention_heads=12, intermediate_size=2048,
                         vocab_size=32000, max_position_embeddings=1024)
    return LlamaForCausalLM(config)


def llama_block(layers=1):
    """A layer or more of LLaMA-2-7B under a small vocabulary, so that the layers are what costs."""
    config = LlamaConfig(hidden_size=4096, num_hidden_layers=layers, num_attention_heads=32, intermediate_size=11008,
                         vocab_size=1000, max_position_embeddings=4096, rms_norm_eps=1e-5, pad_token_id=0,
                         num_labels=LABELS)
    return LlamaForSequenceClassification(config)


MODELS = {
    "roberta-base": lambda: roberta(768, 12, 12, 3072),
    "roberta-large": lambda: roberta(1024, 24, 16, 4096),
    "minilm": minilm,
    "llama-block": llama_block,
    "llama-blocks": lambda: llama_block(2),
}

# What learns beside the adapter and the head: in the block, so that the gradient goes through all of its products, as in
# a layer that has others below it.
BELOW = dict.fromkeys(("llama-block", "llama-blocks"), ["model.layers.0.input_layernorm.weight"])
TARGETS = dict.fromkeys(("llama-block", "llama-blocks"), ["q_proj", "v_proj"])

DECODERS = {"llama-100m": llama}


def known(models: dict, name: str):
    if name not in models:
        raise SystemExit(f"model expected one of {', '.join(models)} but found {name}")
    return models[name]


def make(name: str, n: int, folder: Path) -> dict:
    """Writes folder/base and folder/adapter and returns what a worker needs to know of them."""
    torch.manual_seed(7)
    model = known(MODELS, name)().eval()
    model.save_pretrained(folder / "base")
    settings = {"n_frequency": n, "scaling": 150.0, "init_weights": False, "target_modules": TARGETS.get(name, ["query", "value"])}
    # PEFT cannot merge over a RoBERTa head that was trained in full, so a merge takes an adapter without one.
    for name_, task in (("adapter", "SEQ_CLS"), ("merge", None)):
        get_peft_model(copy.deepcopy(model), FourierFTConfig(task_type=task, **settings)).save_pretrained(folder / name_)
    return {"model": str(folder / "base"), "adapter": str(folder / "adapter"), "below": BELOW.get(name, [])}


def decoder(name: str, folder: Path) -> dict:
    """Writes folder/base, or takes a directory, and returns what a generating worker needs to know."""
    if not Path(name).is_dir():
        torch.manual_seed(7)
        known(DECODERS, name)().save_pretrained(folder / "base")
        name = str(folder / "base")
    return {"model": name}


def batch(rows: int, tokens: int, vocabulary: int = 30000) -> dict:
    generator = random.Random(11)
    ids = [[generator.randrange(5, vocabulary) for _ in range(tokens)] for _ in range(rows)]
    return {"input_ids": ids, "labels": [generator.randrange(LABELS) for _ in range(rows)]}


def vocabulary(folder: str) -> int:
    return AutoConfig.from_pretrained(folder).vocab_size


def linear_flops(name: str, rows: int, tokens: int) -> float:
    """Multiply-adds times two of the linear layers and of attention in one forward pass."""
    config = MODELS[name]().config
    d, inner, layers = config.hidden_size, config.intermediate_size, config.num_hidden_layers
    count = rows * tokens
    return 2 * count * layers * (4 * d * d + 2 * d * inner + 2 * tokens * d)


def products(name: str, rows: int, tokens: int, below: bool = False) -> dict:
    """Multiply-adds times two that our step needs.

    The last layer only feeds the first token of each row. The gradient stops above the first layer's query, key and value
    unless something below them learns.
    """
    config = MODELS[name]().config
    d, inner, layers = config.hidden_size, config.intermediate_size, config.num_hidden_layers
    count = rows * tokens
    linear = 2 * count * (layers - 1) * (4 * d * d + 2 * d * inner)
    last = 2 * count * 2 * d * d + 2 * rows * (2 * d * d + 2 * d * inner)
    attention = 2 * count * (layers - 1) * 2 * tokens * d + 2 * rows * 2 * tokens * d
    return {"linear products, forward": linear + last, "linear products, backward": linear + last - (0 if below else 2 * count * 3 * d * d),
            "attention products": 3 * attention}
