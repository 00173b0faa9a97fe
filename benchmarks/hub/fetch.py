"""Fetches adapters from the hub that HF_ENDPOINT names, with Python's huggingface_hub.

Arguments: how many adapters, how many threads. Says "ready", waits for a line, fetches all, says
"done". The hub holds them as acme/a0, acme/a1 and so on; HF_HOME says where the cache is.
"""

import pathlib
import sys
from concurrent.futures import ThreadPoolExecutor

from huggingface_hub import snapshot_download
from huggingface_hub.utils import disable_progress_bars

count, threads = int(sys.argv[1]), int(sys.argv[2])


def fetch(number: int) -> int:
    snapshot = pathlib.Path(snapshot_download(f"acme/a{number}", max_workers=1))
    return len((snapshot / "adapter_model.safetensors").read_bytes())


disable_progress_bars()
print("ready", flush=True)
sys.stdin.readline()
with ThreadPoolExecutor(threads) as pool:
    sizes = list(pool.map(fetch, range(count)))
assert len(set(sizes)) == 1, set(sizes)
print("done", flush=True)
