"""Writes the golden PEFT directories of PeftDirectoryTest: python peft_adapters.py DIRECTORY.

Needs torch, transformers and peft (0.21). Models are tiny and random; every adapter is saved by
PEFT itself, with its dW of one layer beside it.
"""

import json
import sys
from pathlib import Path

import torch
from peft import FourierFTConfig, get_peft_model
from safetensors.torch import load_file, save_file
from transformers import (
    BertConfig, BertForSequenceClassification, GPT2Config, GPT2LMHeadModel, LlamaConfig,
    LlamaForCausalLM, RobertaConfig, RobertaForSequenceClassification, ViTConfig,
    ViTForImageClassification,
)


def bert():
    return BertForSequenceClassification(BertConfig(
        vocab_size=30, hidden_size=8, num_hidden_layers=12, num_attention_heads=2,
        intermediate_size=12, max_position_embeddings=16, num_labels=3))


def gpt2():
    return GPT2LMHeadModel(GPT2Config(
        vocab_size=30, n_positions=16, n_embd=8, n_layer=2, n_head=2, n_inner=12))


def roberta():
    return RobertaForSequenceClassification(RobertaConfig(
        vocab_size=30, hidden_size=8, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=12, max_position_embeddings=18, type_vocab_size=1, num_labels=3))


def llama():
    return LlamaForCausalLM(LlamaConfig(
        vocab_size=30, hidden_size=8, num_hidden_layers=3, num_attention_heads=2,
        num_key_value_heads=1, intermediate_size=12, max_position_embeddings=16))


def vit():
    return ViTForImageClassification(ViTConfig(
        hidden_size=8, num_hidden_layers=2, num_attention_heads=2, intermediate_size=12,
        image_size=8, patch_size=4, num_labels=3))


CASES = {
    "bert_head": (bert, dict(
        target_modules=["query", "value"], n_frequency=7, task_type="SEQ_CLS")),
    "bert_bias": (bert, dict(
        target_modules=["key", "intermediate.dense"], n_frequency=5, scaling=300, bias="fourier_only",
        random_loc_seed=2024, init_weights=True, n_frequency_pattern={"0.intermediate.dense": 9})),
    "gpt2_conv1d": (gpt2, dict(
        target_modules=r".*\.(c_attn|c_proj)", n_frequency=6, task_type="CAUSAL_LM",
        fan_in_fan_out=True)),
    "bert_half": (bert, dict(
        target_modules=["query"], n_frequency=4, layers_to_transform=[1, 3],
        layers_pattern="layer", modules_to_save=["pooler.dense"])),
    "roberta_all": (roberta, dict(
        target_modules=["query", "value"], n_frequency=6, task_type="SEQ_CLS", bias="all",
        exclude_modules=["layer.1.attention.self.value"])),
    "llama_regex": (llama, dict(
        target_modules=r".*\.(?P<the_block>self_attn)\.(q|v)_proj", n_frequency=6,
        task_type="CAUSAL_LM", random_loc_seed=2024, exclude_modules=r".*layers\.2.*v_proj",
        n_frequency_pattern={"layers.[01].self_attn.v_proj": 4})),
    "vit": (vit, dict(
        target_modules=["q_proj", "v_proj", "fc1"], n_frequency=5, scaling=300,
        bias="fourier_only", modules_to_save=["classifier"])),
}


# Saved once more as older PEFT did, as a pickle.
PICKLED = {"bert_bias", "bert_half"}

# transformers 5 : 4, which cannot be installed beside it. Checkpoints keep the names of 4.
VIT4 = {
    "vit.layers.": "vit.encoder.layer.", "attention.q_proj": "attention.attention.query",
    "attention.v_proj": "attention.attention.value", "mlp.fc1": "intermediate.dense",
    "q_proj": "query", "v_proj": "value", "fc1": "intermediate.dense",
}


def renamed(text):
    for new, old in VIT4.items():
        text = text.replace(new, old)
    return text


def vit4(source, target):
    """Writes what PEFT saves of the same adapter under the module names of transformers 4."""
    target.mkdir(parents=True, exist_ok=True)
    tensors = load_file(source / "adapter_model.safetensors")
    save_file({renamed(key): tensor for key, tensor in tensors.items()},
              target / "adapter_model.safetensors", metadata={"format": "pt"})
    for name in ("adapter_config.json", "expected.json"):
        (target / name).write_text(renamed((source / name).read_text()))


def main(directory):
    for name, (build, config) in CASES.items():
        torch.manual_seed(1)
        half = name.endswith("half")
        model = build()
        if half:
            model = model.half()
        model = get_peft_model(
            model, FourierFTConfig(**config), autocast_adapter_dtype=not half)
        with torch.no_grad():
            for key, parameter in model.named_parameters():
                if parameter.requires_grad:
                    parameter.copy_(torch.randn(parameter.shape))
        model.save_pretrained(directory / name)
        (directory / name / "README.md").unlink()
        if name in PICKLED:
            model.save_pretrained(directory / f"{name}_bin", safe_serialization=False)
            (directory / f"{name}_bin" / "README.md").unlink()
        layers, deltas = {}, {}
        for key, module in model.named_modules():
            if hasattr(module, "fourierft_spectrum"):
                path = key.removeprefix("base_model.model.")
                layers[path] = [module.out_features, module.in_features]
                deltas[path] = module.get_delta_weight("default").float().tolist()
        first = next(iter(deltas))
        (directory / name / "expected.json").write_text(json.dumps(
            {"layers": layers, "delta_of": first, "delta": deltas[first]}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
    vit4(Path(sys.argv[1]) / "vit", Path(sys.argv[1]) / "vit4")
