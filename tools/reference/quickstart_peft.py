"""The quick start in PEFT: MiniLM, WordNet glosses, FourierFT on query and value, one epoch.

Length-bucketed batches: the rows are shuffled with the seed, cut into chunks of 50 batches, every
chunk is sorted by its number of tokens (stable) and cut into batches, and the batches are shuffled.

Prints the seconds of training (without tokenising and evaluation), the test accuracy, milliseconds
per step and the peak resident memory (Linux), and the same as one JSON line at the end.
"""

import argparse
import json
import random
import resource
import time

import peft
import torch
from torch.nn.functional import cross_entropy

import jars
import minilm
import training
import wordnet

BATCH, CHUNK = 32, 32 * 50
MAX_TOKENS = 128
SPECTRUM_LR, HEAD_LR, PROBE_LR = 0.05, 0.005, 0.01
WARMUP = 0.06


def batches(lengths: list[int], generator: random.Random) -> list[list[int]]:
    order = list(range(len(lengths)))
    generator.shuffle(order)
    result = []
    for start in range(0, len(order), CHUNK):
        chunk = sorted(order[start : start + CHUNK], key=lambda row: lengths[row])
        result += [chunk[i : i + BATCH] for i in range(0, len(chunk), BATCH)]
    generator.shuffle(result)
    return result


def tokenise(encoder, rows) -> tuple[list[list[int]], torch.Tensor]:
    ids = [e.ids for e in encoder.encode_batch([row.text for row in rows])]
    return ids, torch.tensor([row.label for row in rows])


@torch.no_grad()
def accuracy(model, ids, labels) -> float:
    order = sorted(range(len(ids)), key=lambda row: len(ids[row]))
    correct = 0
    for start in range(0, len(order), BATCH):
        rows = order[start : start + BATCH]
        predicted = model(*minilm.pad([ids[row] for row in rows])).argmax(1)
        correct += int((predicted == labels[rows]).sum())
    return correct / len(ids)


def build(options) -> training.Classifier:
    torch.manual_seed(options.seed)
    encoder = minilm.load(options.minilm_jar)
    hidden = encoder.config.hidden_size
    if options.linear_probe:
        encoder.requires_grad_(False)
    else:
        encoder = training.fourier(encoder, n=1000, scaling=150.0, zero=True)
    return training.Classifier(encoder, hidden, len(wordnet.LABELS), options.seed).eval()


def train(model, ids, labels, options) -> tuple[float, int]:
    """The seconds of all epochs and the number of steps."""
    generator = random.Random(options.seed)
    lengths = [len(row) for row in ids]
    plan = [batch for _ in range(options.epochs) for batch in batches(lengths, generator)]
    head_lr = PROBE_LR if options.linear_probe else HEAD_LR
    optimizer = training.optimiser(model, SPECTRUM_LR, head_lr, weight_decay=0.0)
    schedule = training.linear_schedule(optimizer, WARMUP, len(plan))
    started = time.perf_counter()
    for step, rows in enumerate(plan, start=1):
        loss = cross_entropy(model(*minilm.pad([ids[row] for row in rows])), labels[rows])
        loss.backward()
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()
        if step % 25 == 0 or step == len(plan):
            seconds = time.perf_counter() - started
            print(f"step {step}/{len(plan)} loss {loss.item():.4f} {seconds:.1f} s", flush=True)
    return time.perf_counter() - started, len(plan)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    jars.add_arguments(parser, minilm=True, wordnet=True)
    parser.add_argument("--examples", type=int, default=wordnet.TRAIN, help="first N training rows")
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--linear-probe", action="store_true", help="train the head alone")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)

    train_rows, test_rows = wordnet.splits(options.wordnet_jar)
    encoder = minilm.tokenizer(options.minilm_jar, MAX_TOKENS)
    train_ids, train_labels = tokenise(encoder, train_rows[: options.examples])
    test_ids, test_labels = tokenise(encoder, test_rows)
    model = build(options)
    seconds, steps = train(model, train_ids, train_labels, options)
    result = {
        "method": "linear probe" if options.linear_probe else "FourierFT",
        "peft": peft.__version__,
        "torch": torch.__version__,
        "threads": options.threads,
        "seed": options.seed,
        "examples": len(train_ids),
        "epochs": options.epochs,
        "coefficients": sum(p.numel() for p in training.spectra(model)),
        "head": sum(p.numel() for p in model.classifier.parameters()),
        "epoch_seconds": round(seconds / options.epochs, 2),
        "ms_per_step": round(1000 * seconds / steps, 2),
        "accuracy": accuracy(model, test_ids, test_labels),
        "peak_rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }
    for key in ("epoch_seconds", "accuracy", "ms_per_step", "peak_rss_mb"):
        print(f"{key}: {result[key]}")
    print(json.dumps(result))


if __name__ == "__main__":
    main()
