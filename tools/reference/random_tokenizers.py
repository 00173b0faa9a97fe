"""Random tokenizers of every kind through `fourierft tokenize`, against transformers' AutoTokenizer.

Every case trains a small tokenizer on random text, writes its files (raw, or as save_pretrained leaves
them) with random settings, and tokenises lines of random text: letters of many scripts, combining
marks, emoji, white space, control characters, special tokens in the middle. Ids must be equal.

Usage: python random_tokenizers.py [--seed S] [--cases N] [--only N] [--lines N] [--folder DIR]
                                   [--java "java -Xmx2g"]

Needs the sentencepiece package besides requirements.txt; for what has to be built before, see
random_encoders.py.
"""

import argparse
import io
import json
import random
import shutil
import sys
import tempfile
import warnings
from pathlib import Path

import sentencepiece
from tokenizers import AddedToken, ByteLevelBPETokenizer, Tokenizer, models, pre_tokenizers, trainers
from tokenizers import BertWordPieceTokenizer, decoders
from transformers import AutoTokenizer, PreTrainedTokenizerFast, logging

import forward_cases
from random_encoders import chance

KINDS = ["bert", "gpt2", "roberta", "llama-bpe", "llama-unigram", "llama-bytes"]
RANGES = [(0x20, 0x7e), (0x20, 0x7e), (0x61, 0x7a), (0x61, 0x7a), (0xa0, 0x17f), (0x300, 0x36f),
          (0x370, 0x3ff), (0x400, 0x45f), (0x5d0, 0x5ea), (0x620, 0x64a), (0x905, 0x939),
          (0x1e00, 0x1eff), (0x2000, 0x206f), (0x2190, 0x21ff), (0x2580, 0x2583), (0x3000, 0x30ff),
          (0x4e00, 0x4eff), (0xac00, 0xac80), (0xfb00, 0xfb06), (0xff01, 0xff5e), (0x1d400, 0x1d430),
          (0x1f300, 0x1f64f), (0x1f1e6, 0x1f1ff), (0, 0x1f), (0x7f, 0x9f), (0xfe00, 0xfe0f),
          (0xfff9, 0xffff), (0x20000, 0x20020)]
WORDS = ["the", "The", "lighthouse", "keeper's", "don't", "naïve", "Größe", "3.75%", "hello", "x_y",
         "東京", "한국", "👩‍👩‍👧", "ﬁne", "ÀÉ", "İ", "ß", "...", "1,299", "we'll", "e\u0301", "code()"]
GAPS = [" ", " ", " ", " ", "", "  ", "   ", "\t", "\u00a0", "\u3000", "\u200b", ", ", "\u2581"]
SPECIAL = ["<s>", "</s>", "<unk>", "<pad>", "<mask>", "[CLS]", "[SEP]", "[MASK]", "[UNK]", "[PAD]",
           "<|endoftext|>", "<extra>", "<0x41>", " <mask>", "<mask> ", "[MASK]s"]


def piece(rng):
    if chance(rng, 0.6):
        return rng.choice(WORDS)
    if chance(rng, 0.2):
        return rng.choice(SPECIAL)
    first, last = rng.choice(RANGES)
    text = "".join(chr(rng.randint(first, last)) for _ in range(rng.randint(1, 6)))
    return text.replace("\n", "").replace("\r", "")


def line(rng):
    count = rng.choice([0, 1, 2, 5, 5, 12])
    return "".join(piece(rng) + rng.choice(GAPS) for _ in range(count))


def corpus(rng):
    return ["".join(rng.choice(WORDS) + rng.choice([" ", " ", "", ", "]) for _ in range(12))
            + "".join(chr(rng.choice([rng.randint(*rng.choice(RANGES[:8])), 0x20])) for _ in range(9))
            for _ in range(200)]


def flags(rng, **choices):
    return {key: rng.choice(values) for key, values in choices.items() if chance(rng, 0.4)}


def bert(rng, folder, lines):
    settings = flags(rng, do_lower_case=[True, False], strip_accents=[True, False, None],
                     tokenize_chinese_chars=[True, False])
    trained = BertWordPieceTokenizer(lowercase=settings.get("do_lower_case", True))
    trained.train_from_iterator(lines, vocab_size=400, show_progress=False)
    trained.save_model(str(folder))
    return settings


def bytes_level(rng, folder, lines, special):
    trained = ByteLevelBPETokenizer()
    trained.train_from_iterator(lines, vocab_size=500, special_tokens=special, show_progress=False)
    trained.save_model(str(folder))


def gpt2(rng, folder, lines):
    bytes_level(rng, folder, lines, ["<|endoftext|>"])
    return flags(rng, add_prefix_space=[True, False], add_bos_token=[True, False])


def roberta(rng, folder, lines):
    bytes_level(rng, folder, lines, ["<s>", "<pad>", "</s>", "<unk>", "<mask>"])
    settings = flags(rng, add_prefix_space=[True, False], trim_offsets=[True, False])
    if chance(rng, 0.3):
        settings["mask_token"] = {"__type": "AddedToken", "content": "<mask>", "lstrip": True,
                                  "rstrip": False, "normalized": False, "single_word": False}
    return settings


def llama(kind):
    def make(rng, folder, lines):
        model = io.BytesIO()
        options = {"sentence_iterator": iter(line for line in lines if line), "model_writer": model,
                   "model_type": kind, "vocab_size": 500, "hard_vocab_limit": False, "minloglevel": 2,
                   "byte_fallback": chance(rng, 0.8), "character_coverage": 0.98, "num_threads": 1}
        if kind == "bpe":
            options |= {"normalization_rule_name": "identity", "remove_extra_whitespaces": False}
        if chance(rng, 0.3):
            options["user_defined_symbols"] = ["<extra>"]
        if chance(rng, 0.2):
            options["add_dummy_prefix"] = False
        sentencepiece.SentencePieceTrainer.train(**options)
        (folder / "tokenizer.model").write_bytes(model.getvalue())
        return flags(rng, add_bos_token=[True, False], add_eos_token=[True, False], legacy=[True, False],
                     add_prefix_space=[True, False])
    return make


def llama_bytes(rng, folder, lines):
    """As LLaMA 3 has it: byte-level, with a regular expression and a template of its own."""
    whole = Tokenizer(models.BPE(ignore_merges=chance(rng, 0.5)))
    whole.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=chance(rng, 0.3))
    whole.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=500, special_tokens=["<s>", "</s>"], show_progress=False,
                                  initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
    whole.train_from_iterator(lines, trainer)
    whole.add_tokens([AddedToken("<extra>", lstrip=chance(rng, 0.5), rstrip=chance(rng, 0.5),
                                 single_word=chance(rng, 0.5), normalized=chance(rng, 0.5))])
    PreTrainedTokenizerFast(tokenizer_object=whole, bos_token="<s>", eos_token="</s>").save_pretrained(
        folder)
    return flags(rng, add_bos_token=[True, False], add_eos_token=[True, False])


MAKERS = {"bert": bert, "gpt2": gpt2, "roberta": roberta, "llama-bpe": llama("bpe"),
          "llama-unigram": llama("unigram"), "llama-bytes": llama_bytes}


def make(seed, number, count, folder):
    rng = random.Random(f"{seed} {number}")
    kind = KINDS[number % len(KINDS)]
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    settings = MAKERS[kind](rng, folder, corpus(rng))
    file = folder / "tokenizer_config.json"
    written = json.loads(file.read_text()) if file.exists() else {}
    family = kind.split("-")[0]
    if not written and chance(rng, 0.7):
        written["tokenizer_class"] = {"bert": "BertTokenizer", "gpt2": "GPT2Tokenizer",
                                      "roberta": "RobertaTokenizer", "llama": "LlamaTokenizer"}[family]
        if chance(rng, 0.3):
            written["tokenizer_class"] += "Fast"
    if written or settings:
        file.write_text(json.dumps(written | settings))
    (folder / "config.json").write_text(json.dumps({"model_type": family}))
    story = {"kind": kind, "settings": settings, "class": written.get("tokenizer_class")}
    lines = [line(rng) for _ in range(count)]
    (folder / "lines.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    command = ["tokenize", f"--input={folder / 'lines.txt'}"]
    try:
        reference = AutoTokenizer.from_pretrained(folder)
        if chance(rng, 0.4):
            for old in folder.glob("tokenizer*"):
                old.unlink()
            for old in (*folder.glob("vocab*"), *folder.glob("merges*")):
                old.unlink()
            reference.save_pretrained(folder)
            reference = AutoTokenizer.from_pretrained(folder)
            story["saved"] = True
        way = rng.choice(["plain", "plain", "pair", "bare", "short"])
        story["way"] = way
        if way == "pair":
            second = line(rng).strip() or "b"
            expected = [reference(text, second)["input_ids"] for text in lines]
            command.append(f"--pair={second}")
        elif way == "bare":
            expected = [reference(text, add_special_tokens=False)["input_ids"] for text in lines]
            command.append("--no-special")
        elif way == "short":
            expected = [reference(text, truncation=True, max_length=9)["input_ids"] for text in lines]
            command.append("--max-length=9")
        else:
            expected = [reference(text)["input_ids"] for text in lines]
        (folder / "expected.json").write_text(json.dumps(expected))
    except Exception as error:  # what transformers refuses, whatever it throws
        story["transformers"] = f"{type(error).__name__}: {str(error).splitlines()[0][:150]}"
    (folder / "command.txt").write_text("\n".join(command) + "\n")
    (folder / "story.json").write_text(json.dumps(story))


def report(folder):
    kinds, wrong = {}, 0
    for case in sorted(folder.iterdir()):
        story = json.loads((case / "story.json").read_text())
        counts = kinds.setdefault(story["kind"], {"cases": 0, "lines": 0, "equal": 0, "refused": 0})
        counts["cases"] += 1
        error = (case / "error.txt").read_text().strip() if (case / "error.txt").exists() else ""
        if not (case / "expected.json").exists() or error:
            counts["refused"] += 1
            print(case.name, story, error)
            wrong += (case / "expected.json").exists()
            continue
        expected = json.loads((case / "expected.json").read_text())
        found = list(map(json.loads, (case / "output.txt").read_text().splitlines()))
        texts = (case / "lines.txt").read_text(encoding="utf-8").split("\n")
        differing = [i for i in range(len(expected)) if i >= len(found) or found[i] != expected[i]]
        counts["lines"] += len(expected)
        counts["equal"] += len(expected) - len(differing)
        wrong += len(differing)
        if differing:
            print(case.name, story, len(differing), "of", len(expected), "lines differ")
            for i in differing[:2]:
                print("  ", ascii(texts[i]), found[i:i + 1], expected[i], sep="\n     ")
    for kind, counts in sorted(kinds.items()):
        print(f"{kind:14} {counts}")
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--cases", type=int, default=60)
    parser.add_argument("--only", type=int)
    parser.add_argument("--lines", type=int, default=300)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "random-tokenizers")
    parser.add_argument("--java", default="java -Xmx2g")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    logging.set_verbosity(logging.CRITICAL)
    print("seed", options.seed)
    shutil.rmtree(options.folder, ignore_errors=True)
    numbers = range(options.cases) if options.only is None else [options.only]
    for number in numbers:
        make(options.seed, number, options.lines, options.folder / f"{number:05}")
    forward_cases.run(options.folder, options.java.split())
    sys.exit(1 if report(options.folder) else 0)


if __name__ == "__main__":
    main()
