"""Writes the golden files of TorchFileTest: python torch_files.py DIRECTORY."""

import json
import os
import sys
import zipfile
from collections import OrderedDict
from pathlib import Path

import torch

GOLDEN = Path(__file__).parents[2] / "importers" / "src" / "test" / "resources" / "golden"
TYPES = [
    torch.bool, torch.uint8, torch.int8, torch.int16, torch.uint16, torch.float16, torch.bfloat16,
    torch.int32, torch.uint32, torch.float32, torch.complex64, torch.float64, torch.int64,
    torch.uint64, torch.float8_e5m2, torch.float8_e4m3fn,
]


class Command:
    def __reduce__(self):
        return os.system, ("echo harm",)


def views():
    base = torch.arange(24, dtype=torch.float32).reshape(4, 6) / 8
    tagged = torch.nn.Parameter(base[0].clone())
    tagged.note = "kept as an attribute"
    return OrderedDict({
        "base": base, "transposed": base.t(), "tied": base, "rows": base[1:3], "steps": base[::2, 1::3],
        "cube": base.reshape(2, 2, 6).permute(2, 0, 1), "expanded": base[:1].expand(3, 6),
        "scalar": base[2, 3], "none": base[:0], "parameter": torch.nn.Parameter(base[3].half()),
        "tagged": tagged, "double": base.double().t(), "bfloat": base.bfloat16()[:, 2],
    })


def compress(source, target):
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            new.writestr(info.filename, old.read(info.filename))


def main(directory):
    values = torch.tensor([[0.0, 1.0, 2.0], [4.0, 8.0, 16.0]])
    torch.save({str(dtype)[6:]: values.to(dtype) for dtype in TYPES}, directory / "all_types.bin")
    tensors = views()
    for protocol in range(2, 6):
        torch.save(tensors, directory / f"views{protocol}.bin", pickle_protocol=protocol)
    torch.save(tensors, directory / "views_legacy.bin", _use_new_zipfile_serialization=False)
    numbers = {name: tensor.double().flatten().tolist() for name, tensor in tensors.items()}
    (directory / "views.json").write_text(json.dumps(numbers))
    model = torch.nn.Linear(2, 3)
    nested = {"epoch": 3, "lr": 0.5, "note": None, "sizes": [1, -70000, 2**40], "model": model.state_dict()}
    torch.save(nested, directory / "nested.pt")
    torch.save({"epoch": 3}, directory / "no_tensors.pt")
    torch.save([values], directory / "list.pt")
    torch.save({}, directory / "empty.bin")
    torch.save(model, directory / "module.pt")
    torch.save({"weight": values, "other": Command()}, directory / "command.bin")
    torch.save({"w": values.to_sparse()}, directory / "sparse.bin")
    torch.save({"w": values}, directory / "legacy.bin", _use_new_zipfile_serialization=False)
    torch.jit.script(model).save(directory / "script.pt")
    compress(directory / "nested.pt", directory / "compressed.pt")
    importer_weights()


def importer_weights():
    """The file of CheckpointWeightsTest."""
    tied = torch.tensor([1.0, 2.0, 3.0])
    tensors = {"a": tied, "b": tied, "t": torch.arange(6.0).reshape(2, 3).t(), "ids": torch.arange(3)}
    torch.save(tensors, GOLDEN / "weights.bin")


if __name__ == "__main__":
    torch.manual_seed(7)
    main(Path(sys.argv[1]))
