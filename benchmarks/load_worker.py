"""The Python side of benchmarks/run load: python load_worker.py SPEC, in a fresh process for each load."""

import json
import sys
import time

import torch
from transformers import AutoModelForSequenceClassification
from transformers.utils import logging


def resident(field):
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith(field))


@torch.no_grad()
def main():
    spec = json.load(open(sys.argv[1]))
    torch.set_num_threads(spec["threads"])
    logging.disable_progress_bar()
    ids = torch.tensor(spec["input_ids"])
    start = time.perf_counter()
    model = AutoModelForSequenceClassification.from_pretrained(
        spec["model"], dtype=torch.float32, use_safetensors=spec["safetensors"])
    loaded = time.perf_counter()
    after = resident("VmHWM:")
    begin = time.perf_counter()
    logits = model.eval()(ids, attention_mask=torch.ones_like(ids)).logits
    done = time.perf_counter()
    print("@", json.dumps({
        "ms": 1000 * (loaded - start), "first_ms": 1000 * (done - begin), "loaded_mb": after,
        "peak_mb": resident("VmHWM:"), "numbers": sum(p.numel() for p in model.parameters()),
        "logits": logits.flatten().tolist()}))


if __name__ == "__main__":
    main()
