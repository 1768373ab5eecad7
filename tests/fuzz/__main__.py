"""Fuzzes the promises of `properties.py` with atheris: `make fuzz`, or `make fuzz MINUTES=3 TARGETS="decoding counting"`.

Each target runs in a process of its own, from the evasion vectors on. What it finds is printed and kept in
the folder of crashes; `python -m tests.fuzz --replay FILE TARGET` runs one again without atheris.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from urllib.parse import quote_plus

VECTORS = Path(__file__).resolve().parents[1] / "vectors" / "evasion.jsonl"
TARGETS = ("folding", "counting", "checking", "judging", "decoding")
LONGEST = 4096
SECONDS_AN_INPUT = 20
BOUNDARY = "XyZ"


def as_text(data: bytes) -> str:
    """Any bytes as a comment: what is not UTF-8 becomes lone surrogates, so that those are met too."""
    return data.decode("utf-8", "surrogateescape")


def property_of(target: str) -> Callable[[bytes], None]:
    """The promise, asked of bytes."""
    properties = import_module("tests.fuzz.properties")
    promise: Callable[..., None] = getattr(properties, target)
    return promise if target == "decoding" else lambda data: promise(as_text(data))


def seeds(target: str) -> list[bytes]:
    """The evasion vectors; for bodies, each also as a JSON document and as two forms."""
    texts = [json.loads(line)["text"] for line in VECTORS.read_text("utf-8").splitlines()]
    raw: list[bytes] = [text.encode("utf-8", "surrogatepass") for text in texts]
    if target != "decoding":
        return raw
    forms = [b"text=" + quote_plus(body).encode() + b"&article=7" for body in raw]
    part = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="text"\r\n\r\n'.encode()
    multiparts = [part + body + f"\r\n--{BOUNDARY}--\r\n".encode() for body in raw]
    return [*(json.dumps({"text": text}).encode() for text in texts), *forms, *multiparts]


def write_seeds(target: str, folder: Path) -> int:
    """One file a seed, as libFuzzer reads them; says how many."""
    folder.mkdir(parents=True, exist_ok=True)
    written = seeds(target)
    for number, seed in enumerate(written):
        (folder / f"seed-{number:05}").write_bytes(seed[:LONGEST])
    return len(written)


def fuzz(target: str, arguments: list[str]) -> None:
    """Run one target in this process; libFuzzer ends it."""
    atheris = import_module("atheris")
    with atheris.instrument_imports(include=["moderation"]):
        promise = property_of(target)
    atheris.Setup([f"tests.fuzz {target}", *arguments], promise)
    atheris.Fuzz()


def run(target: str, minutes: float, folder: Path) -> bool:
    """Run one target in a process of its own; whether it found nothing."""
    corpus, crashes = folder / "corpus" / target, folder / "crashes" / target
    crashes.mkdir(parents=True, exist_ok=True)
    count = write_seeds(target, corpus)
    print(f"{target}: {minutes:g} minutes from {count} seeds", flush=True)
    arguments = [
        f"-max_total_time={int(minutes * 60)}",
        f"-max_len={LONGEST}",
        f"-timeout={SECONDS_AN_INPUT}",
        "-rss_limit_mb=4096",
        "-print_final_stats=1",
        f"-artifact_prefix={crashes}/",
        str(corpus),
    ]
    command = [sys.executable, "-m", "tests.fuzz", "--one", target, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    log = folder / f"{target}.log"
    log.write_text(done.stdout + done.stderr, "utf-8")
    stats = [line for line in done.stderr.splitlines() if "number_of_executed_units" in line]
    ran = stats[0].split(":")[-1].strip() if stats else "no"
    if done.returncode == 0:
        print(f"{target}: {ran} inputs, nothing found", flush=True)
        return True
    print(f"{target}: found something after {ran} inputs; see {log}", flush=True)
    print("\n".join(done.stderr.splitlines()[-40:]))
    for crash in sorted(crashes.iterdir()):
        print(f"  {crash}: {crash.read_bytes()[:200]!r}")
    return False


def main() -> int:
    """Run the targets one after the other; 1 where any of them found something."""
    if sys.argv[1:2] == ["--one"]:
        fuzz(sys.argv[2], sys.argv[3:])
        return 0
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("targets", nargs="*", default=TARGETS, help=f"some of {', '.join(TARGETS)}")
    parser.add_argument("--minutes", type=float, default=10, help="for each target")
    parser.add_argument(
        "--folder", type=Path, default=Path(".fuzz"), help="where corpus, logs and crashes go"
    )
    parser.add_argument("--replay", type=Path, help="ask the target about the bytes of this file, and end")
    options = parser.parse_args()
    if options.replay:
        for target in options.targets:
            property_of(target)(options.replay.read_bytes())
        return 0
    found_nothing = [run(target, options.minutes, options.folder) for target in options.targets]
    return 0 if all(found_nothing) else 1


if __name__ == "__main__":
    sys.exit(main())
