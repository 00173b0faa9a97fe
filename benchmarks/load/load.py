"""transformers' side of benchmarks/load/run: python load.py FOLDER ROUNDS."""

import gc
import os
import sys
import time

os.environ.setdefault("TRANSFORMERS_NO_ADVISORY_WARNINGS", "1")
import torch  # noqa: E402
from transformers import AutoModelForSequenceClassification  # noqa: E402
from transformers.utils import logging  # noqa: E402

logging.disable_progress_bar()


def resident(field):
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) // 1024 for line in status if line.startswith(field))


def main(folder, rounds):
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "2")))
    print(f"resident before: {resident('VmRSS:')} MiB")
    for _ in range(rounds):
        start = time.perf_counter()
        model = AutoModelForSequenceClassification.from_pretrained(folder, dtype=torch.float32)
        seconds = time.perf_counter() - start
        total = sum(parameter.numel() for parameter in model.parameters())
        # From a mapped file, numbers come in when they are touched: touch them, as loading does.
        start = time.perf_counter()
        for parameter in model.parameters():
            parameter.detach().view(-1)[::1024].sum().item()
        touched = time.perf_counter() - start
        print(f"loaded {total} numbers in {seconds:.3f} s, touched in {touched:.3f} s")
        del model
        gc.collect()
    print(f"largest resident: {resident('VmHWM:')} MiB")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
