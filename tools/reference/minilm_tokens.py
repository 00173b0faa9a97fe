"""Token ids for importers/src/test/java/io/fourierft/text/HfTokenizerTest.java.

Usage: python minilm_tokens.py PATH_OF_THE_MINILM_JAR
"""

import sys
import zipfile

from tokenizers import Tokenizer

TEXTS = [
    "Hello world",
    "Na\u00efve caf\u00e9, \u4e1c\u4eac tower! \U0001f642",
    "  many \t spaces\n",
    "",
    "unbelievably antidisestablishmentarianism",
]


def main():
    with zipfile.ZipFile(sys.argv[1]) as jar:
        text = jar.read("all-minilm-l6-v2-tokenizer.json").decode("utf-8")
    tokenizer = Tokenizer.from_str(text)
    tokenizer.no_padding()
    tokenizer.no_truncation()
    for text in TEXTS:
        print(repr(text), tokenizer.encode(text).ids)
    pair = tokenizer.encode("a dog", "of a breed")
    print(pair.ids, pair.type_ids)
    tokenizer.enable_truncation(6)
    print(tokenizer.encode("a large striped cat of the genus Panthera").ids)
    print(tokenizer.encode("a dog barks loudly", "of a breed").ids)


if __name__ == "__main__":
    main()
