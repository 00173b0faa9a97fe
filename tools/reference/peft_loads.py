"""Loads directories that Java wrote with PEFT and compares: python peft_loads.py DIRECTORY [GOLDEN].

Make DIRECTORY by `mvn -pl adapter-format test -Dtest=PeftExportTest -Dfourierft.peft.out=DIRECTORY`.
For every model family the adapter is loaded by PeftModel.from_pretrained. Its weight changes must
be those Java computed (java.json), and its logits, unmerged and merged, those of the plain model
with Java's weight changes added. GOLDEN is where the directories go with the weight changes as PEFT
gives them, for PeftExportTest.
"""

import json
import shutil
import sys
import warnings
from pathlib import Path

import torch
from peft import PeftModel
from safetensors.torch import load_file

import peft_adapters

BUILDERS = {name: getattr(peft_adapters, name) for name in ("bert", "roberta", "gpt2", "llama", "vit")}


def built(name):
    torch.manual_seed(3)
    return BUILDERS[name]().eval()


def logits(name, model):
    torch.manual_seed(4)
    if name == "vit":
        return model(pixel_values=torch.randn(2, 3, 8, 8)).logits
    return model(input_ids=torch.randint(3, 30, (2, 7))).logits


def by_hand(name, directory, deltas):
    """The plain model with Java's weight changes and the trained parameters of the file."""
    model = built(name)
    parameters = dict(model.named_parameters())
    tensors = load_file(directory / "adapter_model.safetensors")
    for key, value in tensors.items():
        path = key.removeprefix("base_model.model.").replace(".base_layer.", ".")
        if not path.endswith(".fourierft_spectrum"):
            parameters[path].copy_(value)
    for path, delta in deltas.items():
        weight = parameters[path + ".weight"]
        flat = torch.tensor(delta)
        if name == "gpt2":  # Conv1D keeps [in, out]
            weight.add_(flat.reshape(weight.shape[1], weight.shape[0]).T)
        else:
            weight.add_(flat.reshape(weight.shape))
    return model


def check(name, directory):
    deltas = json.loads((directory / "java.json").read_text())
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message=".*missing adapter keys.*")
        model = PeftModel.from_pretrained(built(name), directory).eval()
    found = {
        key.removeprefix("base_model.model."): module.get_delta_weight("default")
        for key, module in model.named_modules() if hasattr(module, "fourierft_spectrum")}
    assert found.keys() == deltas.keys(), found.keys() ^ deltas.keys()
    worst = max(
        (delta.flatten() - torch.tensor(deltas[key])).abs().max().item()
        for key, delta in found.items())
    largest = max(delta.abs().max().item() for delta in found.values())
    expected = logits(name, by_hand(name, directory, deltas))
    unmerged = (logits(name, model) - expected).abs().max().item()
    model.merge_adapter()
    merged = (logits(name, model) - expected).abs().max().item()
    moved = (logits(name, built(name)) - expected).abs().max().item()
    print(f"{name}: {len(found)} layers, dW within {worst:.1e} of {largest:.2f}, "
          f"logits within {unmerged:.1e} unmerged, {merged:.1e} merged (adapter moves them {moved:.2f})")
    assert worst <= 1e-5 * max(1, largest) and max(unmerged, merged) <= 1e-5 < moved
    return found


@torch.no_grad()
def main(directory, golden):
    for name in BUILDERS:
        found = check(name, directory / name)
        if golden:
            target = golden / name
            target.mkdir(parents=True, exist_ok=True)
            for file in ("adapter_config.json", "adapter_model.safetensors"):
                shutil.copy(directory / name / file, target / file)
            (target / "deltas.json").write_text(json.dumps(
                {key: delta.flatten().tolist() for key, delta in found.items()}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
