"""What deploy/kubernetes.yaml says is what the program asks for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from scrubber.cli.main import main

yaml = pytest.importorskip("yaml")
MANIFEST = Path(__file__).parents[2] / "deploy" / "kubernetes.yaml"


def parts() -> dict[tuple[str, str], Any]:
    return {(each["kind"], each["metadata"]["name"]): each for each in yaml.safe_load_all(MANIFEST.read_text("utf-8"))}


def test_workers_have_one_thread_and_know_the_scheduler() -> None:
    found = parts()
    (container,) = found["Deployment", "scrubber-worker"]["spec"]["template"]["spec"]["containers"]
    port = found["Service", "scrubber-scheduler"]["spec"]["ports"][0]["port"]
    assert "--nthreads=1" in container["command"]
    assert f"tcp://scrubber-scheduler:{port}" in container["command"]


def test_all_use_one_image_and_run_without_rights() -> None:
    pods = [each["spec"]["template"]["spec"] for (kind, _), each in parts().items() if kind in ("Deployment", "Job")]
    assert len({container["image"] for pod in pods for container in pod["containers"]}) == 1
    assert len(pods) == 3
    assert all(pod["securityContext"]["runAsNonRoot"] and not pod["automountServiceAccountToken"] for pod in pods)


def test_only_the_program_itself_reaches_the_cluster() -> None:
    policy = parts()["NetworkPolicy", "scrubber"]["spec"]
    labels = policy["podSelector"]["matchLabels"]
    assert policy["ingress"] == [{"from": [{"podSelector": {"matchLabels": labels}}]}]
    for (kind, _), each in parts().items():
        if kind in ("Deployment", "Job"):
            assert labels.items() <= each["spec"]["template"]["metadata"]["labels"].items()


def test_the_command_of_the_job_is_one_that_the_program_knows() -> None:
    (container,) = parts()["Job", "scrubber-batch"]["spec"]["template"]["spec"]["containers"]
    words = container["command"][2].split("||")[0].split()
    assert words[:2] == ["scrubber", "batch"]
    known = CliRunner().invoke(main, ["batch", "--help"]).output
    assert all(word in known for word in words if word.startswith("-"))
