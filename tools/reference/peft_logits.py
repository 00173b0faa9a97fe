"""FourierFT adapters over tiny models of four families, trained by PEFT and by Java, with logits.

python peft_logits.py          PEFT trains: writes cli/src/test/resources/golden/peft/FAMILY/ with
                               base and adapter (as save_pretrained writes them) and golden.json:
                               inputs, labels, logits of the base, of the adapted and of the merged
                               model.
python peft_logits.py --java   Java trained: loads FAMILY/from_java of `mvn -pl cli -am test
                               -Dtest=PeftLogitsTest -Dfourierft.peft.retrain=true` with PEFT,
                               compares with Java's logits and writes PEFT's beside them.
python peft_logits.py --lora DIRECTORY
                               the same for LoRA: loads DIRECTORY/FAMILY of
                               -Dfourierft.lora.out=DIRECTORY with PEFT over the base and compares.
"""

import contextlib
import json
import shutil
import sys
import warnings
from pathlib import Path

import torch
from peft import FourierFTConfig, PeftModel, get_peft_model
from transformers import (
    AutoModelForCausalLM, AutoModelForImageClassification, AutoModelForSequenceClassification,
    BertConfig, BertForSequenceClassification, GPT2Config, GPT2ForSequenceClassification,
    LlamaConfig, LlamaForCausalLM, RobertaConfig, RobertaForSequenceClassification, ViTConfig,
    ViTForImageClassification,
)

import tiny_families

GOLDEN = Path(__file__).parents[2] / "cli" / "src" / "test" / "resources" / "golden" / "peft"
LABELS = 3
SEQUENCE = {"task_type": "SEQ_CLS"}
TOLERANCE = 1e-5


def roberta():
    config = RobertaConfig(
        **tiny_families.ENCODER, num_labels=LABELS, pad_token_id=1, type_vocab_size=1)
    return RobertaForSequenceClassification(config), tiny_families.tokens(1, 101)


def bert():
    config = BertConfig(**tiny_families.ENCODER, num_labels=LABELS)
    return BertForSequenceClassification(config), tiny_families.tokens(0, 102)


def gpt2():
    config = GPT2Config(**tiny_families.GPT2, num_labels=LABELS, pad_token_id=0)
    return GPT2ForSequenceClassification(config), tiny_families.tokens(0, 103, left=False)


def llama():
    config = LlamaConfig(**tiny_families.LLAMA, pad_token_id=0)
    return LlamaForCausalLM(config), tiny_families.tokens(0, 104, left=False)


def vit():
    config = ViTConfig(
        **tiny_families.VIT, image_size=12, patch_size=4, num_channels=3, num_labels=LABELS)
    return ViTForImageClassification(config), tiny_families.pixels(3, 12, 12, 105)


CASES = {
    "roberta": (roberta, dict(
        target_modules=["query", "value"], n_frequency=20, bias="fourier_only", **SEQUENCE)),
    "bert": (bert, dict(
        target_modules=["key", "intermediate.dense"], n_frequency=31, scaling=80,
        random_loc_seed=2024, **SEQUENCE)),
    "gpt2": (gpt2, dict(
        target_modules=["c_attn", "c_proj"], n_frequency=25, scaling=100, fan_in_fan_out=True,
        **SEQUENCE)),
    "llama": (llama, dict(
        target_modules=["q_proj", "v_proj", "down_proj"], n_frequency=24, task_type="CAUSAL_LM")),
    "vit": (vit, dict(
        target_modules=["q_proj", "v_proj"], n_frequency=40, modules_to_save=["classifier"])),
}
AUTO = {
    "llama": AutoModelForCausalLM, "vit": AutoModelForImageClassification,
}


def base(name):
    auto = AUTO.get(name, AutoModelForSequenceClassification)
    with contextlib.chdir(GOLDEN / name):  # adapters note the path
        return auto.from_pretrained("base", **tiny_families.DEFAULT).eval()


def logits(model, batch):
    with torch.no_grad():
        return model(**batch).logits


def train(model, batch, labels):
    """Fits the labels; a language model its own input."""
    optimiser = torch.optim.AdamW(
        [p for p in model.parameters() if p.requires_grad], lr=0.03, weight_decay=0)
    target = labels if labels is not None else batch["input_ids"].masked_fill(
        batch["attention_mask"] == 0, -100)
    losses = []
    for _ in range(20):
        loss = model(**batch, labels=target).loss
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    return losses


def by_peft(name):
    folder = GOLDEN / name
    for part in ("base", "adapter"):
        shutil.rmtree(folder / part, ignore_errors=True)
    build, config = CASES[name]
    model, batch = build()
    tiny_families.randomise(model, 100 + len(name))
    if name == "llama":  # its logits are a sum over the vocabulary's table: keep them small
        model.lm_head.weight.data.mul_(0.3)
    model.save_pretrained(folder / "base")
    labels = None if name == "llama" else torch.arange(len(next(iter(batch.values())))) % LABELS
    golden = {key: value.tolist() for key, value in batch.items()}
    if labels is not None:
        golden["labels"] = labels.tolist()
    golden["base"] = logits(base(name), batch).flatten(0, -2).tolist()
    torch.manual_seed(7)
    model = get_peft_model(base(name), FourierFTConfig(**config))
    losses = train(model, batch, labels)
    model.eval().save_pretrained(folder / "adapter")
    (folder / "adapter" / "README.md").unlink()
    golden["unmerged"] = logits(model, batch).flatten(0, -2).tolist()
    (folder / "base" / "generation_config.json").unlink(missing_ok=True)
    model.merge_adapter(safe_merge=True)
    golden["merged"] = logits(model, batch).flatten(0, -2).tolist()
    (folder / "golden.json").write_text(json.dumps(golden) + "\n")
    difference = torch.tensor(golden["merged"]) - torch.tensor(golden["unmerged"])
    moved = torch.tensor(golden["base"]) - torch.tensor(golden["unmerged"])
    print(f"{name}: loss {losses[0]:.3f} -> {losses[-1]:.3f}, logits moved by "
          f"{moved.abs().max():.2f}, merged within {difference.abs().max():.1e}")


def loaded(name, directory):
    """PEFT's logits with the adapter of a directory, unmerged and merged."""
    golden = json.loads((GOLDEN / name / "golden.json").read_text())
    batch = {key: torch.tensor(golden[key])
             for key in ("input_ids", "attention_mask", "pixel_values") if key in golden}
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message=".*missing adapter keys.*")
        model = PeftModel.from_pretrained(base(name), directory).eval()
    unmerged = logits(model, batch).flatten(0, -2)
    model.merge_adapter(safe_merge=True)
    return unmerged, logits(model, batch).flatten(0, -2), torch.tensor(golden["base"])


def by_java(name, directory):
    """Compares PEFT's logits with those Java noted in java.json; returns PEFT's."""
    java = torch.tensor(json.loads((directory / "java.json").read_text())["logits"])
    unmerged, merged, before = loaded(name, directory)
    off = [(part - java).abs().max().item() for part in (unmerged, merged)]
    moved = (before - java).abs().max().item()
    print(f"{name}: {directory.name} moves logits by {moved:.2f}; PEFT's are within "
          f"{off[0]:.1e} unmerged, {off[1]:.1e} merged")
    assert max(off) <= TOLERANCE < moved
    return {"unmerged": unmerged.tolist(), "merged": merged.tolist()}


def main(arguments):
    for name in CASES:
        if arguments[:1] == ["--java"]:
            directory = GOLDEN / name / "from_java"
            answer = by_java(name, directory)
            (directory / "peft.json").write_text(json.dumps(answer) + "\n")
        elif arguments[:1] == ["--lora"]:
            by_java(name, Path(arguments[1]) / name)
        else:
            by_peft(name)


if __name__ == "__main__":
    main(sys.argv[1:])
