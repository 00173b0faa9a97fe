"""Conversations as Jinja renders them, for ChatTemplateTest.

LLaMA-2's template is the one in the tokenizer_config.json of Llama-2-7b-chat-hf; the others are the
published forms of LLaMA 3, ChatML, Alpaca and Vicuna 1.1 as Jinja. Writes
importers/src/test/resources/golden/chats.json.

Usage: python chats.py --shared DIR
"""

import argparse
import json
from pathlib import Path

from transformers.utils.chat_template_utils import render_jinja_template

GOLDEN = Path(__file__).parents[2] / "importers" / "src" / "test" / "resources" / "golden"
TEMPLATES = {
    "llama-3": (
        "{{ bos_token }}{% for message in messages %}{{ '<|start_header_id|>' + message['role'] + "
        "'<|end_header_id|>\n\n' + message['content'] | trim + '<|eot_id|>' }}{% endfor %}"
        "{% if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}"
        "{% endif %}"
    ),
    "chatml": (
        "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + "
        "message['content'] + '<|im_end|>' + '\n' }}{% endfor %}"
        "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
    ),
    "alpaca": (
        "{% if messages[0]['role'] == 'system' %}{{ messages[0]['content'] }}"
        "{% set turns = messages[1:] %}{% else %}{{ 'Below is an instruction that describes a task. "
        "Write a response that appropriately completes the request.' }}{% set turns = messages %}"
        "{% endif %}{{ '\n\n' }}{% for message in turns %}{% if message['role'] == 'user' %}"
        "{{ '### Instruction:\n' + message['content'] + '\n\n' }}{% else %}"
        "{{ '### Response:\n' + message['content'] + '\n\n' }}{% endif %}{% endfor %}"
        "{% if add_generation_prompt %}{{ '### Response:\n' }}{% endif %}"
    ),
    "vicuna": (
        "{% if messages[0]['role'] == 'system' %}{{ messages[0]['content'] }}"
        "{% set turns = messages[1:] %}{% else %}{{ 'A chat between a curious user and an "
        "artificial intelligence assistant. The assistant gives helpful, detailed, and polite "
        "answers to the user\\'s questions.' }}{% set turns = messages %}{% endif %}{{ ' ' }}"
        "{% for message in turns %}{% if message['role'] == 'user' %}"
        "{{ 'USER: ' + message['content'] + ' ' }}{% else %}"
        "{{ 'ASSISTANT: ' + message['content'] + '</s>' }}{% endif %}{% endfor %}"
        "{% if add_generation_prompt %}{{ 'ASSISTANT:' }}{% endif %}"
    ),
}
SYSTEM = {"role": "system", "content": " You are terse. "}
CHATS = [
    [{"role": "user", "content": "  What is 2 + 2?\n"}],
    [SYSTEM, {"role": "user", "content": "Hi"}],
    [SYSTEM, {"role": "user", "content": " one "}, {"role": "assistant", "content": " two\n"},
     {"role": "user", "content": "three\nfour"}],
    [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"},
     {"role": "user", "content": "c"}, {"role": "assistant", "content": "d"},
     {"role": "user", "content": "e"}],
]

if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--shared", type=Path, required=True)
    shared = parser.parse_args().shared
    config = json.loads((shared / "configs" / "Llama-2-7b-chat-hf.tokenizer_config.json").read_text())
    templates = {"llama-2": config["chat_template"], **TEMPLATES}
    golden = []
    for name, template in templates.items():
        start = "<|begin_of_text|>" if name == "llama-3" else "<s>"
        for chat in CHATS:
            rendered, _ = render_jinja_template(
                [chat], chat_template=template, add_generation_prompt=True, bos_token=start,
                eos_token="</s>",
            )
            golden.append({"template": name, "jinja": template, "chat": chat, "text": rendered[0]})
    (GOLDEN / "chats.json").write_text(json.dumps(golden, indent=1) + "\n")
