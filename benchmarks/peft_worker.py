"""The Python side of benchmarks/run: prepares a task and repeats it for each line on standard input.

Answers with one JSON line each, behind "@ ", as our own worker does.
"""

import json
import math
import sys
import time
from collections import defaultdict

import torch
from peft import FourierFTConfig, PeftModel
from peft.tuners.fourierft.layer import FourierFTLinear
from torch.autograd.graph import saved_tensors_hooks
from torch.nn.functional import cross_entropy
from transformers import AutoConfig, AutoModel, AutoModelForCausalLM, AutoModelForSequenceClassification


def load(spec):
    architecture = AutoConfig.from_pretrained(spec["model"]).architectures[0]
    kind = AutoModelForSequenceClassification if architecture.endswith("Classification") else AutoModel
    return kind.from_pretrained(spec["model"], dtype=torch.float32).eval()


class Step:
    def __init__(self, spec):
        self.ids = torch.tensor(spec["input_ids"])
        self.mask = torch.ones_like(self.ids)
        self.labels = torch.tensor(spec["labels"])
        base = load(spec)
        if spec["variant"] == "frozen":
            self.model = base.requires_grad_(False)
            head = list(base.classifier.parameters())
            bottom = [p for n, p in base.named_parameters() if n.endswith("embeddings.LayerNorm.bias")]
            for parameter in head + bottom:
                parameter.requires_grad_(True)
            groups = [{"params": head + bottom, "lr": 1e-4}]
        else:
            self.model = PeftModel.from_pretrained(base, spec["adapter"], is_trainable=True).eval()
            for name, parameter in self.model.named_parameters():
                if any(name.endswith(below) for below in spec.get("below", [])):
                    parameter.requires_grad_(True)
            learns = [(n, p) for n, p in self.model.named_parameters() if p.requires_grad]
            spectra = [p for n, p in learns if "fourierft_spectrum" in n]
            head = [p for n, p in learns if "fourierft_spectrum" not in n]
            groups = [{"params": spectra, "lr": 1e-3}, {"params": head, "lr": 1e-4}]
        self.optimizer = torch.optim.AdamW(groups, weight_decay=0.0)

    def run(self):
        self.optimizer.zero_grad()
        loss = cross_entropy(self.model(self.ids, attention_mask=self.mask).logits, self.labels)
        loss.backward()
        self.optimizer.step()
        return loss.item()

    def kept(self):
        """Bytes of what autograd keeps for the backward pass, parameters left out."""
        own = {parameter.untyped_storage().data_ptr() for parameter in self.model.parameters()}
        seen = {}

        def pack(tensor):
            storage = tensor.untyped_storage()
            if storage.data_ptr() not in own:
                seen[storage.data_ptr()] = storage.nbytes()
            return tensor

        with saved_tensors_hooks(pack, lambda tensor: tensor):
            logits = self.model(self.ids, attention_mask=self.mask).logits
        del logits
        return {"bytes": sum(seen.values())}

    def profile(self, steps):
        """Milliseconds of a step by operation."""
        with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU]) as profiler:
            for _ in range(steps):
                self.run()
        sums = defaultdict(float)
        for event in profiler.events():
            sums[operation(event)] += event.self_cpu_time_total / 1000 / steps
        return {"ops": sums}


def operation(event):
    name, above = event.name, []
    while event is not None:
        above.append(event.name)
        event = event.cpu_parent
    backward = any(other.startswith("autograd::engine") for other in above)
    if any(other.startswith("Optimizer") for other in above):
        return "optimiser"
    if name in ("aten::addmm", "aten::mm"):
        if any("AddmmBackward" in other for other in above):
            return "linear products, backward"
        return "linear products, forward" if name == "aten::addmm" else "products with the weight change"
    if any(word in other for other in above for word in ("fft", "Fft", "index_put", "IndexPut", "aten::real", "Real")):
        return "gradient of the coefficients" if backward else "weight change"
    for word, row in (("scaled_dot_product", "attention products and softmax"), ("gelu", "activation"),
                      ("layer_norm", "norms")):
        if word in name:
            return row
    return "rest"


class DeltaPiece:
    """One piece of PEFT's layer: its weight change, the gradient from that of the matrix, or from a use of the layer."""

    def __init__(self, spec):
        size, tokens, n = spec["size"], spec["tokens"], spec["n"]
        base = torch.nn.Linear(size, size, bias=False).requires_grad_(False)
        config = FourierFTConfig(n_frequency=n, scaling=SCALING, init_weights=False, random_loc_seed=777)
        self.layer = FourierFTLinear(base, "a", config, n)
        self.spectrum = self.layer.fourierft_spectrum["a"]
        with torch.no_grad():
            self.spectrum.copy_(torch.sin(torch.arange(1, n + 1, dtype=torch.float64)).float())
        self.cells, self.variant = size * size, spec["variant"]
        (j, k), (j1, k1) = ((int(a), int(b)) for a, b in self.layer.indices["a"][:, :2].T)
        at = torch.arange(size, dtype=torch.float64) * 2 * math.pi / size
        self.dense = (torch.cos(at[:, None] * j + at * k) + torch.cos(at[:, None] * j1 + at * k1) / 2).float()
        steps = torch.cos(torch.arange(tokens, dtype=torch.float64))[:, None]
        self.x, self.dy = (steps * torch.cos(at * k)).float(), (steps * torch.cos(at * j)).float()
        self.delta = None

    def prepare(self):
        """A step has made the weight change before its gradient comes; that is not what is timed here."""
        if self.variant != "delta":
            self.delta = self.layer.get_delta_weight("a")

    def run(self):
        if self.variant == "delta":
            return self.layer.get_delta_weight("a")[1, 2].item() * self.cells / SCALING
        dense = self.dense if self.variant == "gradient" else self.dy.T @ self.x
        gradient = torch.autograd.grad(self.delta, self.spectrum, dense)[0]
        return (gradient[0] + 2 * gradient[1]).item() / SCALING


SCALING = 150.0


class Forward:
    def __init__(self, spec):
        self.ids = torch.tensor(spec["input_ids"])
        self.mask = torch.ones_like(self.ids)
        self.model = load(spec)

    @torch.no_grad()
    def run(self):
        out = self.model(self.ids, attention_mask=self.mask)
        return out[0].flatten()[0].item()


class Merge:
    def __init__(self, spec):
        self.spec = spec
        self.base = load(spec)

    @torch.no_grad()
    def run(self):
        model = PeftModel.from_pretrained(self.base, self.spec["adapter"])
        first = next(p for n, p in model.named_parameters() if "fourierft_spectrum" in n)
        value = first.flatten()[0].item()
        self.base = model.merge_and_unload()
        return value


class Generate:
    def __init__(self, spec):
        self.ids = torch.tensor(spec["input_ids"])
        self.new = spec["new_tokens"]
        self.model = AutoModelForCausalLM.from_pretrained(spec["model"], dtype=torch.float32).eval()
        self.model.generation_config.eos_token_id = None

    def run(self):
        out = self.model.generate(input_ids=self.ids, attention_mask=torch.ones_like(self.ids), do_sample=False,
                                  max_new_tokens=self.new, use_cache=True, pad_token_id=0)
        return out[:, self.ids.shape[1]:].sum().item()


TASKS = {"step": Step, "forward": Forward, "merge": Merge, "generate": Generate, "delta": DeltaPiece}


def main():
    spec = json.load(open(sys.argv[1]))
    torch.set_num_threads(spec["threads"])
    task = TASKS[spec["task"]](spec)
    print("@ {}", flush=True)
    for line in sys.stdin:
        command, *numbers = line.split()
        if command != "run":
            print("@", json.dumps(getattr(task, command)(*map(int, numbers))), flush=True)
            continue
        getattr(task, "prepare", lambda: None)()
        start = time.perf_counter()
        value = task.run()
        print("@", json.dumps({"ms": 1000 * (time.perf_counter() - start), "value": value}), flush=True)


if __name__ == "__main__":
    main()
