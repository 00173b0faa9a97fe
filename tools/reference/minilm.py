"""all-MiniLM-L6-v2 from the ONNX file in its Maven artifact, as a transformers BertModel.

Every tensor is recovered from the initializers (the rules are in README.md, "From ONNX to Hugging
Face names"). Run as a program, it compares the model with ONNX Runtime on padded batches of real
glosses and fails if any hidden state differs by more than 1e-5.
"""

import argparse
from pathlib import Path

import onnx
import torch
from onnx import numpy_helper
from tokenizers import Tokenizer
from transformers import BertConfig, BertModel

import jars
import wordnet

ONNX_ENTRY = "all-minilm-l6-v2.onnx"
TOKENIZER_ENTRY = "all-minilm-l6-v2-tokenizer.json"
MAT_MUL_INITIALIZER = "onnx::MatMul_"
MAT_MUL_NODE = "/MatMul"
IGNORED = {"embeddings.position_ids"}
PAD_ID = 0


def recover(graph: onnx.GraphProto) -> dict[str, torch.Tensor]:
    """Hugging Face name -> tensor, from the initializers of an exported BERT."""
    initializers = {t.name: t for t in graph.initializer}
    tensors = {}
    for name, initializer in initializers.items():
        if not name.startswith(MAT_MUL_INITIALIZER) and name not in IGNORED:
            tensors[name] = torch.from_numpy(numpy_helper.to_array(initializer).copy())
    for node in graph.node:
        if node.op_type != "MatMul" or node.input[1] not in initializers:
            continue
        path = node.name.removeprefix("/").removesuffix(MAT_MUL_NODE).replace("/", ".")
        weight = torch.from_numpy(numpy_helper.to_array(initializers[node.input[1]]).copy())
        tensors[path + ".weight"] = weight.T.contiguous()  # [in, out] -> [out, in]
    return tensors


def config(graph: onnx.GraphProto, tensors: dict[str, torch.Tensor]) -> BertConfig:
    """The configuration, read off the tensors and the graph's constants."""
    constants = {
        node.output[0]: numpy_helper.to_array(node.attribute[0].t)
        for node in graph.node
        if node.op_type == "Constant"
    }

    def constant_of(node_name: str) -> float:
        node = next(n for n in graph.node if n.name == node_name)
        return float(next(constants[i] for i in node.input if i in constants))

    vocabulary, hidden = tensors["embeddings.word_embeddings.weight"].shape
    root_of_head_size = constant_of("/encoder/layer.0/attention/self/Div")
    return BertConfig(
        vocab_size=vocabulary,
        hidden_size=hidden,
        num_hidden_layers=sum(n.endswith("intermediate.dense.weight") for n in tensors),
        num_attention_heads=round(hidden / root_of_head_size**2),
        intermediate_size=tensors["encoder.layer.0.intermediate.dense.weight"].shape[0],
        max_position_embeddings=tensors["embeddings.position_embeddings.weight"].shape[0],
        type_vocab_size=tensors["embeddings.token_type_embeddings.weight"].shape[0],
        # The graph holds the constant as a float32.
        layer_norm_eps=float(f"{constant_of('/embeddings/LayerNorm/Add'):.6g}"),
        hidden_act="gelu",
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )


def load(jar: Path) -> BertModel:
    """The fp32 model with its pooler, in evaluation mode, dropout 0."""
    graph = onnx.load_model_from_string(jars.read(jar, ONNX_ENTRY)).graph
    tensors = recover(graph)
    model = BertModel(config(graph, tensors))
    model.load_state_dict(tensors, strict=True)
    return model.eval()


def tokenizer(jar: Path, max_tokens: int) -> Tokenizer:
    """The jar's own tokenizer without its fixed padding, truncating at max_tokens."""
    result = Tokenizer.from_str(jars.read(jar, TOKENIZER_ENTRY).decode("utf-8"))
    result.no_padding()
    result.enable_truncation(max_tokens)
    return result


def pad(ids: list[list[int]]) -> tuple[torch.Tensor, torch.Tensor]:
    """Token ids and mask, padded to the longest row: [batch, seq] int64 each."""
    width = max(map(len, ids))
    padded = torch.tensor([row + [PAD_ID] * (width - len(row)) for row in ids])
    mask = torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in ids])
    return padded, mask


def mean_pool(hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Mean over the tokens that are not padding: [batch, seq, hidden] -> [batch, hidden]."""
    weights = mask.unsqueeze(-1).to(hidden.dtype)
    return (hidden * weights).sum(1) / weights.sum(1)


def main():
    import onnxruntime

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    jars.add_arguments(parser, minilm=True, wordnet=True)
    options = parser.parse_args()
    model = load(options.minilm_jar)
    print({k: v for k, v in model.config.to_dict().items() if "size" in k or "num" in k or "eps" in k})
    print(f"{len(model.state_dict())} tensors, {sum(p.numel() for p in model.parameters())} numbers")
    texts = [row.text for row in wordnet.splits(options.wordnet_jar)[0][:50]]
    encoder = tokenizer(options.minilm_jar, 128)
    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = torch.get_num_threads()
    session = onnxruntime.InferenceSession(
        jars.read(options.minilm_jar, ONNX_ENTRY), settings, providers=["CPUExecutionProvider"]
    )
    worst = 0.0
    for start in range(0, len(texts), 10):
        ids, mask = pad([e.ids for e in encoder.encode_batch(texts[start : start + 10])])
        types = torch.zeros_like(ids)
        feeds = {"input_ids": ids, "attention_mask": mask, "token_type_ids": types}
        expected = session.run(None, {k: v.numpy() for k, v in feeds.items()})
        with torch.no_grad():
            actual = model(**feeds)
        keep = mask.bool()
        hidden = (torch.from_numpy(expected[0]) - actual.last_hidden_state)[keep].abs().max()
        pooled = (torch.from_numpy(expected[1]) - actual.pooler_output).abs().max()
        worst = max(worst, float(hidden), float(pooled))
    print(f"largest difference from ONNX Runtime on {len(texts)} glosses: {worst:.3g}")
    if worst > 1e-5:
        raise SystemExit(f"difference expected at most 1e-5 but found {worst:.3g}")


if __name__ == "__main__":
    main()
