"""Signatures by Python's model_signing, and its verdict on signatures by this project.

    python model_signing_goldens.py write FOLDER      makes the golden files of ModelSignatureTest
    python model_signing_goldens.py verify MODEL KEY  verifies MODEL/model.sig

Needs model-signing 1.1.1. A golden model holds its files, the public key beside it, and a
signature; signatures are new with every run, as ECDSA draws random numbers.
"""

import pathlib
import sys

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from model_signing import hashing
from model_signing import signing
from model_signing import verifying

CURVES = {"p256": ec.SECP256R1(), "p384": ec.SECP384R1(), "p521": ec.SECP521R1()}


def write(folder: pathlib.Path) -> None:
    for name, curve in CURVES.items():
        model = folder / name / "model"
        (model / "a").mkdir(parents=True, exist_ok=True)
        (model / "adapter_config.json").write_text('{"peft_type":"FOURIERFT"}\n')
        (model / "a" / "b.txt").write_text(name)
        (model / "a.txt").write_text("sorts between a and a/b.txt as a text\n")
        (model / ".gitattributes").write_text("*.none text\n")
        key = ec.generate_private_key(curve)
        private = folder / name / "private.tmp"
        private.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        public = key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        (folder / name / "key.pub").write_bytes(public)
        signature = model / "model.sig"
        files = hashing.Config().set_ignored_paths(paths=["model.sig"])
        config = signing.Config().use_elliptic_key_signer(private_key=private)
        config.set_hashing_config(files).sign(model, signature)
        private.unlink()


def verify(model: pathlib.Path, key: pathlib.Path) -> None:
    config = verifying.Config().use_elliptic_key_verifier(public_key=key)
    files = hashing.Config().set_ignored_paths(paths=["model.sig"])
    config.set_hashing_config(files).verify(model, model / "model.sig")
    print("verified", model)


if __name__ == "__main__":
    if sys.argv[1] == "write":
        write(pathlib.Path(sys.argv[2]))
    else:
        verify(pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3]))
