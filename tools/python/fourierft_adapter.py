"""Reads FourierFT adapter files (.fft): read(path). Needs protobuf; delta() needs torch.

The frame and the schema are documented in docs/adapter-format.md and adapter.proto, of which
generate.sh makes adapter_pb2.py.
"""

import hashlib
import math
import struct
from dataclasses import dataclass, field
from pathlib import Path

from google.protobuf.message import DecodeError

import adapter_pb2

MAGIC = bytes.fromhex("894646540D0A1A0A")
VERSION = 1
HEADER = struct.Struct("<8sII")
DIGEST_BYTES = 32
MAX_PAYLOAD = 1 << 30
MAX_LAYERS = 1 << 16


class AdapterError(Exception):
    """The file is no adapter that can be read; the message says why and names it."""


@dataclass(frozen=True)
class Layer:
    """An adapted matrix of shape [rows, cols] with its coefficients in the order of the entries."""

    module: str
    rows: int
    cols: int
    coefficients: tuple = field(repr=False)


@dataclass(frozen=True)
class Tensor:
    """A parameter trained in full, row-major."""

    name: str
    shape: tuple
    values: tuple = field(repr=False)


@dataclass(frozen=True)
class Adapter:
    """An adapter; everything but the numbers is in the message."""

    message: adapter_pb2.AdapterMessage
    layers: tuple
    tensors: tuple
    sha256: str


def read(path):
    """Reads and checks an adapter file."""
    return parse(Path(path).read_bytes(), str(path))


def parse(data, where):
    """Reads an adapter from the bytes of a file."""
    payload = _payload(data, where)
    try:
        message = adapter_pb2.AdapterMessage.FromString(payload)
    except DecodeError as error:
        raise AdapterError(f"payload expected an adapter message but found {error} ({where})") from error
    layers = tuple(_layers(message, where))
    tensors = tuple(
        Tensor(t.name, tuple(t.shape), _numbers(t.type, t.data, math.prod(t.shape), t.name, where))
        for t in message.tensors)
    for what, names in (("layers", [layer.module for layer in layers]),
                        ("tensors", [tensor.name for tensor in tensors])):
        if len(set(names)) != len(names):
            raise AdapterError(f"{what} expected distinct but found one twice ({where})")
    return Adapter(message, layers, tensors, hashlib.sha256(data).hexdigest())


def _payload(data, where):
    if data[:4] != MAGIC[:4] or len(data) >= 8 and data[:8] != MAGIC:
        raise AdapterError(f"adapter file expected to begin with {MAGIC.hex()} but found {data[:8].hex()} ({where})")
    if len(data) < HEADER.size:
        raise AdapterError(f"adapter file expected a header of {HEADER.size} bytes but found {len(data)} ({where})")
    _, version, length = HEADER.unpack_from(data)
    if version != VERSION:
        raise AdapterError(f"format version expected {VERSION} but found {version} ({where})")
    expected = HEADER.size + length + DIGEST_BYTES
    if length > MAX_PAYLOAD or len(data) != expected:
        raise AdapterError(f"adapter file expected {expected} bytes but found {len(data)} ({where})")
    if hashlib.sha256(data[:-DIGEST_BYTES]).digest() != data[-DIGEST_BYTES:]:
        raise AdapterError(f"adapter file expected to match its sha256 but found other bytes ({where})")
    return data[HEADER.size:-DIGEST_BYTES]


def _layers(message, where):
    total = 0
    for block in message.layers:
        repeats = max(block.count, 1)
        total += repeats * len(block.parts)
        if not block.parts or total > MAX_LAYERS:
            raise AdapterError(f"layers expected 1 to {MAX_LAYERS} but found {total} ({where})")
        wanted = repeats * sum(part.n for part in block.parts)
        numbers = _numbers(block.type, block.coefficients, wanted, block.parts[0].module, where)
        at = 0
        for i in range(repeats):
            for part in block.parts:
                name = part.module.replace("#", str(block.first + i)) if block.count else part.module
                if not 1 <= part.n <= part.rows * part.cols:
                    raise AdapterError(f"number of coefficients expected 1 to {part.rows * part.cols}"
                                       f" but found {part.n} ({name} in {where})")
                yield Layer(name, part.rows, part.cols, numbers[at:at + part.n])
                at += part.n


def _numbers(kind, data, count, name, where):
    size = 4 if kind == adapter_pb2.NUMBER_F32 else 2
    if kind not in adapter_pb2.NumberType.values() or len(data) != size * count:
        raise AdapterError(f"numbers expected {size * count} bytes but found {len(data)} ({name} in {where})")
    if kind == adapter_pb2.NUMBER_BF16:
        data = b"".join(b"\0\0" + data[i:i + 2] for i in range(0, len(data), 2))
    code = "e" if kind == adapter_pb2.NUMBER_F16 else "f"
    values = struct.unpack(f"<{count}{code}", data)
    if not all(map(math.isfinite, values)):
        raise AdapterError(f"numbers expected finite but found others ({name} in {where})")
    return values


def delta(adapter, layer):
    """The weight change dW of a layer as a torch tensor [rows, cols], for the rule of PEFT."""
    import torch

    rule = adapter.message.rule
    if rule.WhichOneof("kind") != "seeded" or adapter.message.basis != adapter_pb2.BASIS_FOURIER:
        raise AdapterError("delta expected seeded entries of the Fourier basis but found others")
    generator = torch.Generator().manual_seed(rule.seeded.seed)
    flat = torch.randperm(layer.rows * layer.cols, generator=generator)[:len(layer.coefficients)]
    spectrum = torch.zeros(layer.rows * layer.cols)
    spectrum[flat] = torch.tensor(layer.coefficients)
    wave = torch.fft.ifft2(spectrum.reshape(layer.rows, layer.cols))
    return wave.real * adapter.message.scaling
