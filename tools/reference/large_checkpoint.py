"""Writes a checkpoint of RoBERTa-large's size with random weights: 1.4 GB in shards of 500 MB.

Usage: python large_checkpoint.py FOLDER [bin]
"""

import sys
from pathlib import Path

import torch
from transformers import RobertaConfig, RobertaForSequenceClassification

SIZES = {
    "vocab_size": 50265, "hidden_size": 1024, "num_hidden_layers": 24, "num_attention_heads": 16,
    "intermediate_size": 4096, "max_position_embeddings": 514, "type_vocab_size": 1,
    "layer_norm_eps": 1e-5,
}


def main(folder, kind):
    torch.manual_seed(0)
    model = RobertaForSequenceClassification(RobertaConfig(**SIZES))
    model.save_pretrained(folder, max_shard_size="500MB")
    if kind == "bin":
        torch.save(model.state_dict(), folder / "pytorch_model.bin")
        for file in folder.glob("model*safetensors*"):
            file.unlink()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "safetensors")
