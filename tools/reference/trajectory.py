"""Twenty optimiser steps of PEFT's FourierFT, step by step: the goldens of the trajectory tests.

Two models, each an encoder with mean pooling over the mask and a linear head, trained with AdamW
(weight decay 0.01), linear warm-up over 10 % of the steps and decay to zero, from PEFT's default
start, a spectrum drawn from N(0, 1):

 * tiny: a random BERT (2 layers, hidden 32) whose weights are part of the golden;
 * minilm: all-MiniLM-L6-v2 from its Maven artifact on real WordNet glosses.

Writes NAME.json (hyper-parameters, batches, losses) and NAME.safetensors (spectra and head before and
after under PEFT's tensor names with the prefixes "initial." and "final."; for tiny also the encoder's
weights, the gradient of every coefficient at the first step and one weight change at the end).
"""

import argparse
import json
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import BertConfig, BertModel

import jars
import minilm
import training
import wordnet

ROOT = Path(__file__).resolve().parents[2]
STEPS, ROWS = 20, 8
SETTINGS = {
    "scaling": 150.0,
    "entry_seed": 777,
    "learning_rate": 0.05,
    "head_learning_rate": 0.005,
    "weight_decay": 0.01,
    "warmup": 0.1,
}


def tiny_encoder() -> BertModel:
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=100,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=64,
        max_position_embeddings=64,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    return BertModel(config, add_pooling_layer=False).eval()


def tiny_batches() -> list[dict]:
    generator = torch.Generator().manual_seed(1)
    batches = []
    for _ in range(STEPS):
        lengths = torch.randint(3, 15, (ROWS,), generator=generator).tolist()
        ids = [torch.randint(5, 100, (n,), generator=generator).tolist() for n in lengths]
        labels = torch.randint(0, 5, (ROWS,), generator=generator).tolist()
        batches.append(pad(ids, labels))
    return batches


def gloss_batches(options) -> list[dict]:
    tokenizer = minilm.tokenizer(options.minilm_jar, 32)
    train, _ = wordnet.splits(options.wordnet_jar)
    batches = []
    for step in range(STEPS):
        rows = train[step * ROWS : (step + 1) * ROWS]
        ids = [tokenizer.encode(row.text).ids for row in rows]
        batches.append(pad(ids, [row.label for row in rows]))
    return batches


def pad(ids: list[list[int]], labels: list[int]) -> dict:
    width = max(map(len, ids))
    return {
        "input_ids": [row + [0] * (width - len(row)) for row in ids],
        "attention_mask": [[1] * len(row) + [0] * (width - len(row)) for row in ids],
        "labels": labels,
    }


def tensors(model: training.Classifier) -> dict[str, torch.Tensor]:
    """Spectra as PEFT names them in a file, and the head."""
    found = {
        name.removeprefix("encoder.").removesuffix(".default"): p
        for name, p in model.named_parameters()
        if "fourierft_spectrum" in name
    }
    found["classifier.weight"] = model.classifier.weight
    found["classifier.bias"] = model.classifier.bias
    return {name: p.detach().clone() for name, p in found.items()}


def run(name: str, encoder: BertModel, n: int, classes: int, batches: list[dict], folder: Path):
    weights = {f"base.{k}": v.clone() for k, v in encoder.state_dict().items()}
    hidden = encoder.config.hidden_size
    torch.manual_seed(2)
    adapted = training.fourier(encoder, n, SETTINGS["scaling"], zero=False)
    model = training.Classifier(adapted, hidden, classes, seed=3)
    saved = {f"initial.{k}": v for k, v in tensors(model).items()}
    optimizer = training.optimiser(
        model,
        SETTINGS["learning_rate"],
        SETTINGS["head_learning_rate"],
        SETTINGS["weight_decay"],
    )
    schedule = training.linear_schedule(optimizer, SETTINGS["warmup"], STEPS)
    losses, gradients = [], {}
    for step, batch in enumerate(batches):
        logits = model(torch.tensor(batch["input_ids"]), torch.tensor(batch["attention_mask"]))
        loss = torch.nn.functional.cross_entropy(logits, torch.tensor(batch["labels"]))
        optimizer.zero_grad()
        loss.backward()
        if step == 0:
            gradients = {
                f"gradient.{key.removeprefix('encoder.').removesuffix('.default')}": p.grad.clone()
                for key, p in model.named_parameters()
                if "fourierft_spectrum" in key
            }
        optimizer.step()
        schedule.step()
        losses.append(loss.item())
    saved |= {f"final.{k}": v for k, v in tensors(model).items()}
    if name == "tiny":
        saved |= weights | gradients
        layer = adapted.base_model.model.encoder.layer[1].attention.self.query
        saved["delta.encoder.layer.1.attention.self.query"] = layer.get_delta_weight(
            "default"
        ).detach()
    folder.mkdir(parents=True, exist_ok=True)
    save_file(
        {k: v.contiguous() for k, v in saved.items()}, folder / f"trajectory-{name}.safetensors"
    )
    golden = SETTINGS | {"n_frequency": n, "classes": classes, "losses": losses, "batches": batches}
    (folder / f"trajectory-{name}.json").write_text(json.dumps(golden) + "\n")
    print(name, "losses", " ".join(f"{loss:.5f}" for loss in losses))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    jars.add_arguments(parser, minilm=True, wordnet=True)
    options = parser.parse_args()
    torch.use_deterministic_algorithms(True)
    torch.set_num_threads(2)
    run(
        "tiny",
        tiny_encoder(),
        64,
        5,
        tiny_batches(),
        ROOT / "dl4j-fourierft/src/test/resources/golden",
    )
    encoder = minilm.load(options.minilm_jar).eval()
    run(
        "minilm",
        encoder,
        1000,
        len(wordnet.LABELS),
        gloss_batches(options),
        ROOT / "samples/src/test/resources/golden",
    )


if __name__ == "__main__":
    main()
