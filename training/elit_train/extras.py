"""What a model folder may have beside what `elit_train.export` makes, and the entries of model.json that speak of it.

`styles.png`: one picture a style for the page's buttons, drawn by `npm run style-pictures`; and `metrics.json`, written
by `elit_train.evaluate`, whose figures the page plots. An export speaks of those that lie there already;
`python -m elit_train.extras --model FOLDER` brings model.json up to those that came later.
"""

import argparse
import json
import sys
from pathlib import Path

from elit_train.errors import run_command
from elit_train.files import read_json, write_whole

FACTS, WEIGHTS = "model.json", "elit.safetensors"
STYLE_PICTURES, METRICS = "styles.png", "metrics.json"
AGAIN = "check --model, or export the folder again"


def extras(folder: Path, weights: str) -> dict:
    """`style_pictures` and `metrics` of a model.json, each where the folder has the file.

    `weights` is the SHA-256 of the network's file: figures that say that they are of other weights are left out, aloud.
    """
    found: dict = {"style_pictures": STYLE_PICTURES} if (folder / STYLE_PICTURES).exists() else {}
    if (folder / METRICS).exists():
        metrics = read_json(folder / METRICS, "evaluate the folder again, or remove the file")
        if metrics.get("weights", weights) == weights:
            found["metrics"] = metrics
        else:
            print(f"{METRICS} is of other weights and left out; evaluate the folder again", file=sys.stderr)
    return found


def add_extras(folder: Path) -> list[str]:
    """Brings the entries of the folder's model.json up to what lies beside it; returns which it has now."""
    facts = read_json(folder / FACTS, AGAIN)
    kept = {key: value for key, value in facts.items() if key not in ("style_pictures", "metrics")}
    found = extras(folder, facts["files"][WEIGHTS]["sha256"])
    write_facts(folder, kept | found)
    return list(found)


def write_facts(folder: Path, facts: dict) -> None:
    """Writes model.json; a file that escapes what is not ASCII goes on to, so that a diff shows what is new."""
    path = folder / FACTS
    escapes = path.exists() and path.read_text(encoding="utf-8").isascii()
    write_whole(path, json.dumps(facts, ensure_ascii=escapes, indent=1) + "\n")


def main(arguments: list[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="elit_train.extras", description="Bring model.json up to its folder.")
    parser.add_argument("--model", type=Path, required=True)
    folder = parser.parse_args(arguments).model
    print(f"{folder / FACTS} has: {', '.join(add_extras(folder)) or 'neither metrics nor style pictures'}")


if __name__ == "__main__":
    run_command("elit_train.extras", main)
