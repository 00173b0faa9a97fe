"""python -m unittest, in this directory: the reader against the files kept for the Java tests."""

import importlib.util
import unittest
from pathlib import Path

import adapter_pb2
import fourierft_adapter
from fourierft_adapter import AdapterError

GOLDEN = (Path(__file__).parents[2]
          / "adapter-format/src/test/resources/io/fourierft/adapter/v1.fft")


class ReaderTest(unittest.TestCase):
    def setUp(self):
        self.data = GOLDEN.read_bytes()
        self.adapter = fourierft_adapter.read(GOLDEN)

    def test_reads_what_java_wrote(self):
        message = self.adapter.message
        self.assertEqual(message.base_model.id, "example/tiny-bert")
        self.assertEqual(dict(message.base_model.fingerprint.sizes), {"hidden_size": 8, "num_hidden_layers": 2})
        self.assertEqual(message.rule.seeded.seed, 777)
        self.assertEqual(message.scaling, 150.5)
        self.assertEqual(message.bias, adapter_pb2.BIAS_ADAPTED)
        self.assertEqual(list(message.task.labels), ["no", "ja – 是"])
        self.assertEqual(message.provenance.metrics["accuracy"], 0.8125)
        self.assertEqual([(layer.module, layer.rows, layer.cols) for layer in self.adapter.layers], [
            ("bert.encoder.layer.0.attention.self.query", 8, 8),
            ("bert.encoder.layer.0.attention.self.value", 8, 8),
            ("bert.encoder.layer.1.attention.self.query", 8, 8),
            ("bert.encoder.layer.1.attention.self.value", 8, 8),
            ("bert.pooler.dense", 8, 4)])
        self.assertEqual(self.adapter.layers[0].coefficients, (0.5, -1.0, 2.0))
        self.assertEqual(self.adapter.layers[4].coefficients, (7.0, 8.0))
        self.assertEqual([(t.name, t.shape) for t in self.adapter.tensors],
                         [("classifier.weight", (2, 3)), ("classifier.bias", (2,)), ("scale", ())])
        self.assertEqual(self.adapter.tensors[1].values, (-0.5, 0.25))

    def test_half_numbers(self):
        message = adapter_pb2.AdapterMessage()
        for kind, data in ((adapter_pb2.NUMBER_F16, b"\x00\x3c\x00\xc0"), (adapter_pb2.NUMBER_BF16, b"\x80\x3f\x00\xc0")):
            message.ClearField("layers")
            block = message.layers.add(type=kind, coefficients=data, first=4, count=2)
            block.parts.add(module="h.#.q", rows=2, cols=2, n=1)
            layers = fourierft_adapter.parse(framed(message.SerializeToString()), "memory").layers
            self.assertEqual([(layer.module, layer.coefficients) for layer in layers],
                             [("h.4.q", (1.0,)), ("h.5.q", (-2.0,))])

    def test_every_flipped_bit_and_every_cut_is_found(self):
        for bit in range(len(self.data) * 8):
            changed = bytearray(self.data)
            changed[bit // 8] ^= 1 << bit % 8
            with self.assertRaisesRegex(AdapterError, "memory"):
                fourierft_adapter.parse(bytes(changed), "memory")
        for length in range(len(self.data)):
            with self.assertRaisesRegex(AdapterError, "memory"):
                fourierft_adapter.parse(self.data[:length], "memory")

    @unittest.skipUnless(importlib.util.find_spec("torch"), "torch is not installed")
    def test_weight_change(self):
        message = adapter_pb2.AdapterMessage(scaling=150)
        message.rule.seeded.seed = 777
        block = message.layers.add(coefficients=bytes.fromhex("0000803f000000bf000000400000803e0000c0bf"))
        block.parts.add(module="q", rows=4, cols=6, n=5)
        adapter = fourierft_adapter.parse(framed(message.SerializeToString()), "memory")
        row = fourierft_adapter.delta(adapter, adapter.layers[0])[1].tolist()
        for value, expected in zip(row, [-14.0625, 1.5064085, 12.443909, 7.8125005, 1.6185913, -9.318909]):
            self.assertAlmostEqual(value, expected, places=5)


def framed(payload):
    start = fourierft_adapter.HEADER.pack(fourierft_adapter.MAGIC, 1, len(payload)) + payload
    return start + fourierft_adapter.hashlib.sha256(start).digest()


if __name__ == "__main__":
    unittest.main()
