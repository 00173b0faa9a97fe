"""Tokenizers of every kind and the ids that Python makes of difficult lines.

Writes importers/src/test/resources/golden/tokens: corpus.json (the lines, written for this purpose),
one folder per kind of tokenizer with its files (trained here, tiny) and ids.json. With --shared DIR
also shared.json: digests of the ids of 2,000 lines put together from the files there, for the
vocabularies there. The lines are put together the same way in TokenizersTest.

Reference: transformers' AutoTokenizer. It refuses half surrogate pairs, which are replaced by U+FFFD
first, as the Java side does.

Usage: python tokens.py [--shared DIR]; needs the sentencepiece package besides requirements.txt.
"""

import argparse
import hashlib
import json
import shutil
import struct
import tempfile
from pathlib import Path

import sentencepiece
from sentencepiece import sentencepiece_model_pb2 as proto
from tokenizers import BertWordPieceTokenizer, ByteLevelBPETokenizer
from transformers import AutoTokenizer

GOLDEN = Path(__file__).parents[2] / "importers" / "src" / "test" / "resources" / "golden" / "tokens"

PROSE = """The old lighthouse keeper counted the ships again, though nobody had asked him to.
It's no use, she said; they've already gone, haven't they?
Prices rose by 3.75% to $1,299.00 on 2024-02-29 at 07:45:12.
Unbelievable! Incomprehensibilities?? Antidisestablishmentarianism...
i don't know what you're talking about    but   it's   fine
  two leading spaces and two trailing ones  
\ta tab,\tanother\t\ttwo more
ALL CAPS SHOUTING and camelCaseNames and snake_case_names_2
e-mail: someone@example.org, see https://example.org/a/b?c=d&e=f#g
a\\b\\c "quoted" 'single' `tick` ~tilde~ ^caret^ |pipe|
public static void main(String[] args) { System.out.println("hi"); }
for (int i = 0; i < n; ++i) { x[i] += y[i] * 0.5f; } // loop
def f(x: int) -> int:\\n    return x ** 2 if x > 0 else -x
SELECT name, COUNT(*) FROM t WHERE a <> 'b' GROUP BY 1;
<div class="a">&nbsp;&lt;text&gt;</div><!-- note -->
{"key": [1, 2.5e-3, null, true], "other": {"nested": "\\u00e9"}}
1234567890 12345678901234567890 0x7fff 1e10 3.14159
Größe, naïve café, façade, piñata, Ångström, Łódź, İstanbul, ẞtraße
Ελληνικά και русский текст, українська, עברית, العربية, हिन्दी, ไทย, ქართული
東京タワーは高い。中文句子没有空格。한국어 문장입니다. 混合 mixed テキスト
ＦＵＬＬＷＩＤＴＨ １２３ ｶﾀｶﾅ ﬁ ligature ½ ² ™ № ㎏
🙂 😀😀 👩‍👩‍👧‍👦 👍🏽 🇩🇪🇫🇷 ❤️ ☃ ✈️ 🧑‍🚀 end
a\u0301e\u0308 combining, zero\u200bwidth, non\u00a0breaking, ideographic\u3000space
line\\nbreaks\r\\nof\rboth kinds\\n\\n\\nand three
bell\u0007 null\u0000 escape\u001b delete\u007f feff\ufeff fffd\ufffd
half \ud83d a pair, \udc00 the other half, \ud83d\ude42 whole, \ude42\ud83d reversed
𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𝒮𝒸𝓇𝒾𝓅𝓉 𠜎𠜱𠝹 𐍈 𓀀
<s> start </s> end <unk> <pad> <mask> [CLS] [SEP] [MASK] [UNK] <|endoftext|> <0x41>
▁under▁lines ▁ ▁▁ Ġspace Ċ
aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
!!!???...,,,;;;:::---___===+++***///
Once upon a time, there was a little girl named Lily.
name[The Vaults], eatType[pub], priceRange[more than £30], near[Café Adriatic]
 
x"""


def corpus() -> list[str]:
    escaped = PROSE.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    lines = [""] + [line.replace("\\n", "\n") for line in escaped.split("\n")]
    joined = [a + " " + b for a, b in zip(lines[3:20:3], lines[20:37:3])]
    return lines + joined


def repaired(text: str) -> str:
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def train(lines: list[str], folder: Path) -> None:
    text = folder / "corpus.txt"
    whole = "\n".join(repaired(line).replace("\n", " ").replace("\0", "") for line in lines * 3)
    text.write_text(whole, encoding="utf-8")
    rules = folder / "rules.tsv"  # full-width letters and digits to ASCII, as NFKC does
    rules.write_text("".join(
        f"{code:X}\t{code - 0xFEE0:X}\n" for code in range(0xFF10, 0xFF5B)
    ))
    for kind in ("bpe", "unigram"):
        target = GOLDEN / f"sentencepiece-{kind}"
        target.mkdir()
        common = {
            "input": str(text), "model_prefix": str(folder / kind), "model_type": kind,
            "byte_fallback": True, "num_threads": 1, "minloglevel": 2, "character_coverage": 0.98,
            "vocab_size": 600, "hard_vocab_limit": False,
        }
        if kind == "bpe":
            common |= {"normalization_rule_name": "identity", "remove_extra_whitespaces": False,
                       "user_defined_symbols": ["<extra>"]}
        else:
            common |= {"normalization_rule_tsv": str(rules)}
        sentencepiece.SentencePieceTrainer.train(**common)
        shutil.copy(folder / f"{kind}.model", target / "tokenizer.model")
        settings = {"tokenizer_class": "LlamaTokenizer", "add_bos_token": True, "bos_token": "<s>",
                    "eos_token": "</s>", "unk_token": "<unk>"}
        if kind == "bpe":
            settings |= {"add_eos_token": True}
        (target / "tokenizer_config.json").write_text(json.dumps(settings) + "\n")
    variants()
    for kind, special in (("gpt2", ["<|endoftext|>"]),
                          ("roberta", ["<s>", "<pad>", "</s>", "<unk>", "<mask>"])):
        target = GOLDEN / f"bytes-{kind}"
        target.mkdir()
        bytes_ = ByteLevelBPETokenizer()
        bytes_.train(str(text), vocab_size=600, min_frequency=2, special_tokens=special,
                     show_progress=False)
        bytes_.save_model(str(target))
        (target / "config.json").write_text(json.dumps({"model_type": kind}) + "\n")
    for kind in ("uncased", "cased"):
        target = GOLDEN / f"words-{kind}"
        target.mkdir()
        lower = kind == "uncased"
        words = BertWordPieceTokenizer(lowercase=lower)
        words.train(str(text), vocab_size=600, show_progress=False)
        words.save_model(str(target))
        settings = {"tokenizer_class": "BertTokenizer", "do_lower_case": lower}
        if not lower:
            settings |= {"strip_accents": True, "tokenize_chinese_chars": False}
        (target / "tokenizer_config.json").write_text(json.dumps(settings) + "\n")
        (target / "config.json").write_text('{"model_type": "bert"}\n')


def variants() -> None:
    """The unigram model without a class of tokenizers; the BPE as LlamaTokenizer saves it."""
    plain = GOLDEN / "sentencepiece-plain"
    plain.mkdir()
    shutil.copy(GOLDEN / "sentencepiece-unigram" / "tokenizer.model", plain)
    (plain / "tokenizer_config.json").write_text('{"add_bos_token": true}\n')
    saved = GOLDEN / "sentencepiece-saved"
    saved.mkdir()
    with tempfile.TemporaryDirectory() as name:
        raw = Path(name)
        shutil.copy(GOLDEN / "sentencepiece-bpe" / "tokenizer.model", raw)
        settings = {"tokenizer_class": "LlamaTokenizer", "add_bos_token": True, "legacy": True}
        (raw / "tokenizer_config.json").write_text(json.dumps(settings))
        (raw / "config.json").write_text('{"model_type": "llama"}')
        AutoTokenizer.from_pretrained(raw).save_pretrained(saved)


def encoder(folder: Path):
    if folder.name.startswith("sentencepiece"):
        (folder / "config.json").write_text('{"model_type": "llama"}\n')
    tokenizer = AutoTokenizer.from_pretrained(folder)
    return lambda text: tokenizer(text)["input_ids"]


SOURCES = [
    ("e2e-nlg/lora_test.txt", 250), ("glue-cola/in_domain_dev.tsv", 150), ("banking77/test.csv", 150),
    ("self-instruct-252/user_oriented_instructions.jsonl", 150),
    ("llms-from-scratch-instruct/instruction-data.json", 250), ("mt-bench/question.jsonl", 80),
    ("peft-fourierft-configs/FourierFT.ipynb", 200), ("gpt2arch-slm4096/README.md", 150),
    ("stories260K/stories260K.md", 30), ("tok-bert-base-uncased/vocab.txt", 290),
]
WHITE = [" ", "  ", "\t", "\u00a0", "\u3000", "\n", "\r\n"]
CODE = ["();", "{ }", "==", "->", "\\n", "<s>", "</s>", "[SEP]", "<|endoftext|>", "def f(x):"]
MARKS = ["\u200d", "\u0301", "\ufe0f", "\u0e01", "\u0627", "\u05d0", "\u1100"]


def shared_lines(folder: Path) -> list[str]:
    lines = []
    for name, count in SOURCES:
        found = (folder / name).read_text(encoding="utf-8").split("\n")
        if name.endswith("vocab.txt"):
            lines += [" ".join(found[1000 + 12 * i : 1012 + 12 * i]) for i in range(count)]
        else:
            lines += [line for line in found if line][:count]
    state = 1

    def draw(bound: int) -> int:
        nonlocal state
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        return (state >> 8) % bound

    while len(lines) < 2000:
        line = ""
        for _ in range(5 + draw(40)):
            kind = draw(8)
            line += [
                lambda: chr(0x20 + draw(95)), lambda: chr(0x1F300 + draw(0x300)),
                lambda: chr(0x4E00 + draw(0x5000)), lambda: WHITE[draw(len(WHITE))],
                lambda: chr(0xC0 + draw(0x180)), lambda: chr(0xD800 + draw(0x800)),
                lambda: CODE[draw(len(CODE))], lambda: MARKS[draw(len(MARKS))],
            ][kind]()
        lines.append(line)
    return lines


def stories_model(source: Path, target: Path) -> None:
    """tokenizer.model out of llama2.c's tok512.bin, which lacks only the kinds of the pieces."""
    data = source.read_bytes()
    model = proto.ModelProto()
    at = 4
    while at < len(data):
        score, length = struct.unpack_from("<fi", data, at)
        text = data[at + 8 : at + 8 + length].decode()
        at += 8 + length
        number = len(model.pieces)
        kind = [2, 3, 3][number] if number < 3 else 6 if number < 259 else 1
        model.pieces.add(piece=text.strip("\n") if number < 3 else text.replace(" ", "▁"),
                         score=score, type=kind)
    model.trainer_spec.model_type = 2
    model.trainer_spec.byte_fallback = True
    model.normalizer_spec.add_dummy_prefix = True
    model.normalizer_spec.remove_extra_whitespaces = False
    target.write_bytes(model.SerializeToString())


def shared(source: Path) -> None:
    lines = [repaired(line) for line in shared_lines(source)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        layout = {
            "gpt2-json": {"tok-gpt2/tokenizer.json": "tokenizer.json"},
            "gpt2": {"tok-gpt2/vocab.json": "vocab.json", "tok-gpt2/vocab.bpe": "merges.txt"},
            "roberta": {"tok-roberta/vocab.json": "vocab.json", "tok-roberta/merges.txt": "merges.txt"},
            "bert-json": {"tok-bert-base-uncased/tokenizer.json": "tokenizer.json"},
            "bert": {"tok-bert-base-uncased/vocab.txt": "vocab.txt"},
            "llama": {},
        }
        golden = {}
        for kind, files in layout.items():
            target = folder / kind
            target.mkdir()
            for origin, copy in files.items():
                shutil.copy(source / origin, target / copy)
            if kind == "llama":
                stories_model(source / "stories260K" / "tok512.bin", target / "tokenizer.model")
                (target / "tokenizer_config.json").write_text(
                    '{"tokenizer_class": "LlamaTokenizer", "add_bos_token": true}'
                )
            family = kind.removesuffix("-json")
            (target / "config.json").write_text(json.dumps({"model_type": family}))
            tokenizer = AutoTokenizer.from_pretrained(target)
            ids = [tokenizer(line)["input_ids"] for line in lines]
            golden[kind] = [
                hashlib.sha256(json.dumps(ids[i : i + 50]).replace(" ", "").encode()).hexdigest()
                for i in range(0, len(ids), 50)
            ]
        (GOLDEN / "shared.json").write_text(json.dumps(golden, indent=1) + "\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--shared", type=Path)
    arguments = parser.parse_args()
    kept = (GOLDEN / "shared.json").read_bytes() if (GOLDEN / "shared.json").exists() else None
    shutil.rmtree(GOLDEN, ignore_errors=True)
    GOLDEN.mkdir(parents=True)
    if kept:
        (GOLDEN / "shared.json").write_bytes(kept)
    lines = corpus()
    (GOLDEN / "corpus.json").write_text(json.dumps(lines, indent=0) + "\n")
    with tempfile.TemporaryDirectory() as name:
        train(lines, Path(name))
    for folder in sorted(path for path in GOLDEN.iterdir() if path.is_dir()):
        encode = encoder(folder)
        ids = [encode(repaired(line)) for line in lines]
        (folder / "ids.json").write_text("[" + ",\n".join(map(json.dumps, ids)) + "]\n")
    if arguments.shared:
        shared(arguments.shared)
