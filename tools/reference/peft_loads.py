"""Checks that PEFT loads what PeftExportTest wrote: python peft_loads.py DIRECTORY."""

import json
import sys
import warnings
from pathlib import Path

import torch
from peft import PeftModel
from safetensors.torch import load_file

from peft_adapters import bert


def main(directory):
    warnings.simplefilter("error")
    model = PeftModel.from_pretrained(bert(), directory)
    state = {key: value for key, value in model.state_dict().items()}
    for key, value in load_file(directory / "adapter_model.safetensors").items():
        module, _, last = key.rpartition(".")
        for name in [key, key + ".default", f"{module}.modules_to_save.default.{last}"]:
            if name in state and torch.equal(state[name], value):
                break
        else:
            raise SystemExit(f"{key} was not loaded")
    deltas = json.loads((directory / "deltas.json").read_text())
    worst = 0.0
    for path, expected in deltas.items():
        delta = model.get_submodule("base_model.model." + path).get_delta_weight("default")
        expected = torch.tensor(expected).reshape(delta.shape)
        worst = max(worst, ((delta - expected).abs().max() / expected.abs().max()).item())
    print(f"{len(deltas)} layers loaded, largest relative difference of dW {worst:.1e}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
