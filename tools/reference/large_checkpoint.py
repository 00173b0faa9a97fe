"""Writes a checkpoint of RoBERTa-large's size with random weights: 1.4 GB as float32.

Usage: python large_checkpoint.py FOLDER [safetensors|bin|bin-shards|bf16]

safetensors, bin-shards and bf16 come in shards of at most 500 MB, bin in one file.
"""

import json
import sys
from pathlib import Path

import torch
from transformers import RobertaConfig, RobertaForSequenceClassification

SIZES = {
    "vocab_size": 50265, "hidden_size": 1024, "num_hidden_layers": 24, "num_attention_heads": 16,
    "intermediate_size": 4096, "max_position_embeddings": 514, "type_vocab_size": 1,
    "layer_norm_eps": 1e-5,
}


def save_torch(model, folder, shards):
    """As save_pretrained did before safetensors: transformers 5 writes nothing else any more."""
    model.config.save_pretrained(folder)
    tensors = model.state_dict()
    files = [{}]
    for name, tensor in tensors.items():
        if shards and files[-1] and sum(t.nbytes for t in files[-1].values()) + tensor.nbytes > 500e6:
            files.append({})
        files[-1][name] = tensor
    if len(files) == 1:
        torch.save(tensors, folder / "pytorch_model.bin")
        return
    places = {}
    for number, part in enumerate(files, 1):
        name = f"pytorch_model-{number:05d}-of-{len(files):05d}.bin"
        torch.save(part, folder / name)
        places.update(dict.fromkeys(part, name))
    index = {"metadata": {"total_size": sum(t.nbytes for t in tensors.values())}, "weight_map": places}
    (folder / "pytorch_model.bin.index.json").write_text(json.dumps(index))


def main(folder, kind):
    torch.manual_seed(0)
    model = RobertaForSequenceClassification(RobertaConfig(**SIZES))
    model.config.architectures = [type(model).__name__]
    folder.mkdir(parents=True, exist_ok=True)
    if kind.startswith("bin"):
        save_torch(model, folder, kind == "bin-shards")
    else:
        model.to(torch.bfloat16 if kind == "bf16" else torch.float32)
        model.save_pretrained(folder, max_shard_size="500MB")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "safetensors")
