"""The Python side of benchmarks/run: prepares a task and repeats it for each line on standard input.

Answers with one JSON line each, behind "@ ", as our own worker does.
"""

import json
import sys
import time

import torch
from peft import PeftModel
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


def main():
    spec = json.load(open(sys.argv[1]))
    torch.set_num_threads(spec["threads"])
    task = {"step": Step, "forward": Forward, "merge": Merge, "generate": Generate}[spec["task"]](spec)
    print("@ {}", flush=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        value = task.run()
        print("@", json.dumps({"ms": 1000 * (time.perf_counter() - start), "value": value}), flush=True)


if __name__ == "__main__":
    main()
