"""Random GPT-2 and LLaMA checkpoints through `fourierft generate`, against transformers' generate.

Every case draws a model as random_decoders.py does, end tokens, one to three prompts and the options of
greedy or beam search. Ids must be equal. A batch is padded on the left in transformers; where its rules
would count padding as text (against repetition) it is asked for each prompt alone. Equal scores, such as
an output matrix of zeros gives, are the only reason to differ that is none.

Usage: python random_generation.py [--seed S] [--cases N] [--only N] [--folder DIR] [--java "java -Xmx2g"]

For what has to be built before, see random_encoders.py.
"""

import argparse
import json
import random
import shutil
import sys
import tempfile
import warnings
from pathlib import Path

import torch
import transformers
from transformers import logging

import forward_cases
import random_decoders
from random_encoders import chance, store

ENDING = {True: "first", False: "likely", "never": "certain"}


def options(rng):
    """Options of transformers and the same ones of the command line."""
    ours, theirs = [], {}

    def put(name, value, argument, given=None):
        theirs[name] = value
        ours.append(f"{argument}={value if given is None else given}")

    if chance(rng, 0.6):
        put("num_beams", rng.choice([2, 3, 4, 5]), "--beams")
        put("length_penalty", rng.choice([1.0, 0.0, -0.5, 0.8, 2.0]), "--length-penalty")
        early = rng.choice([True, False, "never"])
        put("early_stopping", early, "--beams-end", ENDING[early])
    if chance(rng, 0.3):
        put("no_repeat_ngram_size", rng.choice([1, 2, 3]), "--no-repeat-ngram")
    if chance(rng, 0.3):
        put("repetition_penalty", rng.choice([1.3, 0.8, 2.0]), "--repetition-penalty")
    return ours, theirs


def ends(rng, vocabulary):
    count = rng.choice([0, 1, 1, 2, 3])
    drawn = rng.sample(range(vocabulary), count)
    return drawn[0] if count == 1 and chance(rng, 0.5) else drawn or None


def ids(value):
    return [] if value is None else [value] if isinstance(value, int) else list(value)


def generate(model, rows, new, theirs, stop):
    width = max(map(len, rows))
    output = model.generate(
        input_ids=torch.tensor([[0] * (width - len(row)) + row for row in rows]),
        attention_mask=torch.tensor([[0] * (width - len(row)) + [1] * len(row) for row in rows]),
        max_new_tokens=new, do_sample=False, pad_token_id=0, **theirs)
    found = []
    for row in output[:, width:].tolist():
        end = next((place for place, token in enumerate(row) if token in stop), None)
        found.append(row[:end])
    return found


def make(seed, number, folder):
    rng = random.Random(f"{seed} {number}")
    generator = torch.Generator().manual_seed(seed * 100_003 + number)
    family = rng.choice(["gpt2", "llama"])
    while True:
        config = (random_decoders.gpt2_config if family == "gpt2" else random_decoders.llama_config)(rng)
        rope = getattr(config, "rope_parameters", None) or {"rope_type": "default"}
        if rope["rope_type"] != "longrope" and random_decoders.reach(config) > 5:
            break
    config.eos_token_id = ends(rng, config.vocab_size)
    kind = transformers.GPT2LMHeadModel if family == "gpt2" else transformers.LlamaForCausalLM
    model = random_decoders.randomise(kind(config), generator, rng.choice([0.1, 0.3, 0.6]))
    stored, notes = random_decoders.tensors(rng, model, family)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    store(rng, folder, stored, notes)
    random_decoders.write_config(rng, folder, config, kind.__name__, notes)
    if chance(rng, 0.4):
        chosen = {"eos_token_id": ends(rng, config.vocab_size)} if chance(rng, 0.8) else {}
        (folder / "generation_config.json").write_text(json.dumps(chosen | {"bos_token_id": 1}))
        notes.append(f"generation_config {chosen}")
    longest = min(random_decoders.reach(config), 40)
    prompt = rng.randint(1, longest - 4)
    rows = [[rng.randrange(config.vocab_size) for _ in range(rng.randint(1, prompt))]
            for _ in range(1 if rope["rope_type"] == "dynamic" else rng.choice([1, 1, 2, 3]))]
    new = rng.randint(1, longest - prompt)
    ours, theirs = options(rng)
    if chance(rng, 0.3):
        theirs["min_new_tokens"] = rng.randint(1, new)
        ours.append(f"--min-new-tokens={theirs['min_new_tokens']}")
    prompts = [f"--prompt-ids={','.join(map(str, row))}" for row in rows]
    (folder / "command.txt").write_text(
        "\n".join(["generate", *prompts, f"--max-new-tokens={new}", *ours]) + "\n")
    story = {"kind": f"{family} {'beams' if 'num_beams' in theirs else 'greedy'}", "options": theirs,
             "rows": len(rows), "notes": notes}
    try:
        reference = kind.from_pretrained(folder, dtype=torch.float32).eval()
        stop = ids(reference.generation_config.eos_token_id)
        story["ends"] = stop
        alone = "no_repeat_ngram_size" in theirs or "repetition_penalty" in theirs
        if alone:
            expected = [generate(reference, [row], new, theirs, stop)[0] for row in rows]
        else:
            expected = generate(reference, rows, new, theirs, stop)
        (folder / "expected.json").write_text(json.dumps(expected))
    except Exception as error:  # what transformers refuses, whatever it throws
        story["transformers"] = f"{type(error).__name__}: {str(error).splitlines()[0][:150]}"
    (folder / "story.json").write_text(json.dumps(story))


def report(folder):
    kinds, wrong = {}, []
    for case in sorted(folder.iterdir()):
        story = json.loads((case / "story.json").read_text())
        counts = kinds.setdefault(story["kind"], {"cases": 0, "equal": 0, "differ": 0, "both refuse": 0})
        counts["cases"] += 1
        known = (case / "expected.json").exists()
        expected = json.loads((case / "expected.json").read_text()) if known else None
        error = (case / "error.txt").read_text().strip() if (case / "error.txt").exists() else ""
        lines = [] if error else (case / "output.txt").read_text().splitlines()
        found = [[int(token) for token in line.split(",") if token] for line in lines]
        same = "both refuse" if error and not known else "equal" if found == expected else "differ"
        counts[same] += 1
        if same == "differ":
            wrong.append(f"{case.name} {error or found}\n  not {expected}\n  {json.dumps(story)}")
    print("\n".join(wrong))
    for kind, counts in sorted(kinds.items()):
        print(f"{kind:16} {counts}")
    return len(wrong)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--cases", type=int, default=200)
    parser.add_argument("--only", type=int)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "random-generation")
    parser.add_argument("--java", default="java -Xmx2g")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    logging.set_verbosity(logging.CRITICAL)
    logging.disable_progress_bar()
    torch.set_num_threads(1)
    print("seed", arguments.seed)
    shutil.rmtree(arguments.folder, ignore_errors=True)
    numbers = range(arguments.cases) if arguments.only is None else [arguments.only]
    for number in numbers:
        make(arguments.seed, number, arguments.folder / f"{number:05}")
    forward_cases.run(arguments.folder, arguments.java.split())
    sys.exit(1 if report(arguments.folder) else 0)


if __name__ == "__main__":
    main()
