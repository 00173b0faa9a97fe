"""Writes the golden files of SafetensorsGoldenTest: python peft_safetensors.py DIRECTORY."""

import sys
from pathlib import Path

import torch
from safetensors.torch import save_file

TYPES = [
    torch.bool, torch.uint8, torch.int8, torch.float8_e5m2, torch.float8_e4m3fn,
    torch.float8_e8m0fnu, torch.int16, torch.uint16, torch.float16, torch.bfloat16, torch.int32,
    torch.uint32, torch.float32, torch.complex64, torch.float64, torch.int64, torch.uint64,
]


def main(directory):
    values = torch.tensor([[0.0, 1.0, 2.0], [4.0, 8.0, 16.0]])
    tensors = {str(dtype)[6:]: values.to(dtype) for dtype in TYPES}
    tensors |= {
        "scalar": torch.tensor(1.5), "empty": torch.zeros(0, 5),
        "z.float": torch.tensor([-0.0, 1e-30, 65504.0]), "a.half": torch.tensor([0.1]).half(),
        'name "quoted"\\\n\t\x01\x7f/é是\U0001f600\ufffd': torch.ones(1),
    }
    save_file(tensors, directory / "all_types.safetensors", metadata={"format": "pt"})
    save_file({}, directory / "none.safetensors")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
