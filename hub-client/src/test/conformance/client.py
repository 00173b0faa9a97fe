"""The official Python client against the hub that HF_ENDPOINT names.

Arguments: a directory for files. Every failed expectation ends with exit 1.
With "offline" as the second argument, reads what Java fetched from the cache alone.
"""

import pathlib
import sys

from huggingface_hub import CommitOperationAdd, HfApi, hf_hub_download, snapshot_download
from huggingface_hub.errors import EntryNotFoundError, RepositoryNotFoundError

work = pathlib.Path(sys.argv[1])
weights = bytes((i * 37) & 255 for i in range(100_000))


def online() -> None:
    api = HfApi()
    repo = "acme/from-python"
    api.create_repo(repo)
    api.create_repo(repo, exist_ok=True)
    api.upload_file(
        repo_id=repo, path_or_fileobj=b'{"peft_type":"FOURIERFT"}', path_in_repo="adapter_config.json"
    )
    api.upload_file(
        repo_id=repo, path_or_fileobj=weights, path_in_repo="adapter_model.safetensors"
    )
    folder = work / "folder"
    folder.mkdir()
    (folder / "note.txt").write_text("a note")
    (folder / "b.safetensors").write_bytes(weights[:5000])
    api.upload_folder(repo_id=repo, folder_path=folder, path_in_repo="sub")
    api.upload_file(repo_id=repo, path_or_fileobj=b"x", path_in_repo="gone.txt")
    api.delete_file("gone.txt", repo)
    assert sorted(api.list_repo_files(repo)) == [
        ".gitattributes",
        "adapter_config.json",
        "adapter_model.safetensors",
        "sub/b.safetensors",
        "sub/note.txt",
    ]
    info = api.create_commit(
        repo, [CommitOperationAdd("pr.txt", b"pr")], commit_message="propose", create_pr=True
    )
    assert info.pr_num == 1, info
    api.create_branch(repo, branch="dev")
    api.create_tag(repo, tag="v1")
    assert [tag.name for tag in api.list_repo_refs(repo).tags] == ["v1"]
    path = hf_hub_download(repo, "adapter_model.safetensors")
    assert pathlib.Path(path).read_bytes() == weights
    try:
        hf_hub_download(repo, "missing")
        raise AssertionError("a missing file was found")
    except EntryNotFoundError:
        pass
    snapshot = pathlib.Path(snapshot_download("acme/from-java"))
    assert (snapshot / "adapter_config.json").read_text() == '{"by":"java"}'
    assert {model.id for model in api.list_models(author="acme")} >= {repo, "acme/from-java"}
    api.create_repo("acme/doomed")
    api.delete_repo("acme/doomed")
    try:
        api.model_info("acme/doomed")
        raise AssertionError("a deleted repository was found")
    except RepositoryNotFoundError:
        pass


def offline() -> None:
    snapshot = pathlib.Path(snapshot_download("acme/from-java"))
    assert (snapshot / "adapter_config.json").read_text() == '{"by":"java"}'
    path = hf_hub_download("acme/from-java", "adapter_model.safetensors")
    assert len(pathlib.Path(path).read_bytes()) == 100_000


if len(sys.argv) > 2:
    offline()
else:
    online()
print("conformance: all expectations held")
