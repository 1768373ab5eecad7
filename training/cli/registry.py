"""`training promote | rollback | versions | key | sign`: which model is in service, and who says so."""

from __future__ import annotations

import getpass
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from moderation.errors import InputError, ModelError
from training.cli import show
from training.cli.data import REJECTS, GoldOption, RejectsOption, read_data

if TYPE_CHECKING:
    from training.exam import Report
    from training.registry import Registry

Models = Annotated[
    Path,
    typer.Option("--models", envvar="MODERATION_MODEL_DIR", help="Folder that keeps the versions."),
]
By = Annotated[str | None, typer.Option("--by", help="Who decides; default: your login name.")]
Why = Annotated[str, typer.Option("--why", help="The reason, for the record.")]
Keys = Annotated[
    str,
    typer.Option(
        "--trust",
        envvar="MODERATION_MODEL_KEYS",
        help="Public keys as the service has them: what it would refuse is refused here.",
    ),
]
SignWith = Annotated[
    Path | None,
    typer.Option("--key", envvar="TRAINING_KEY", help="Private key to sign with, from `training key`."),
]
MODELS = Path("var/models")


def promote(
    artefact: Annotated[Path, typer.Argument(help="Folder that `training fit` wrote.")],
    gold: GoldOption = None,
    models: Models = MODELS,
    by: By = None,
    why: Why = "",
    key: SignWith = None,
    keys: Keys = "",
    anyway: Annotated[bool, typer.Option(help="Overrule the gate; needs --why.")] = False,
    rejects: RejectsOption = REJECTS,
) -> None:
    """Put a model into service, unless the gate finds that it loses too much against the one there now."""
    from training.gate import gate

    if anyway and not why:
        raise InputError("`--anyway` needs `--why`: the record has to say why the gate was overruled")
    if not gold and not anyway:
        raise InputError("name the gold set with `--gold`: comments that neither model was fitted on")
    registry = _registry(models, keys)
    reasons: list[str] = []
    exam: Report | None = None
    with show.steps() as step:
        step("verifying the artefact")
        if gold:
            exam, current = _examine(artefact, registry, gold, rejects)
            reasons = [str(reason) for reason in gate(exam, current)]
        if reasons and not anyway:
            raise InputError("\n- ".join([f"`{artefact}` is not promoted:", *reasons]))
        step("copying it in")
        _keep_shipped(registry, by, key)
        manifest = registry.add(artefact, exam=exam.as_dict() if exam else None, key=key)
        registry.promote(manifest.version, by=_name(by), why=why, in_spite_of=tuple(reasons))
    show.say.print(f"{manifest.version} is in service", markup=False)


def rollback(
    models: Models = MODELS,
    to: Annotated[
        str | None, typer.Option(metavar="VERSION", help="Which; default: the one before the present one.")
    ] = None,
    by: By = None,
    why: Why = "",
    keys: Keys = "",
) -> None:
    """Put an earlier model back into service; a running service takes it up by itself."""
    switch = _registry(models, keys).rollback(to, by=_name(by), why=why)
    show.say.print(f"{switch.version} is in service again, before it {switch.before}", markup=False)


def versions(
    models: Models = MODELS,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")] = False,
) -> None:
    """List the versions with their scores, and who put which into service when and why."""
    registry = _registry(models, "")
    if as_json:
        shown = {
            "current": (current := registry.current()) and current.version,
            "versions": [manifest.model_dump(mode="json") for manifest in registry.versions()],
            "history": [switch.model_dump(mode="json") for switch in registry.history()],
        }
        print(json.dumps(shown, ensure_ascii=False, indent=2))
        return
    _show(registry)


def key(
    file: Annotated[
        Path, typer.Argument(help="Where to write the private key; keep it away from the service.")
    ],
) -> None:
    """Make a key to sign models with, and print the public one for MODERATION_MODEL_KEYS."""
    from moderation.model.signature import make_key

    print(make_key(file))


def sign(
    artefact: Annotated[Path, typer.Argument(help="Folder of the model.")],
    key: SignWith = None,
) -> None:
    """Sign a model that lies in a plain folder; `training promote --key` signs what it puts in."""
    from moderation.model.artifact import MANIFEST_FILE, load
    from moderation.model.signature import SIGNATURE_FILE, Trust
    from moderation.model.signature import sign as signed
    from training.staging import write_whole

    if key is None:
        raise InputError("name the private key with `--key` or TRAINING_KEY; `training key` makes one")
    load(artefact)  # whoever signs vouches for the whole
    signature, public = signed((artefact / MANIFEST_FILE).read_bytes(), key)
    write_whole(artefact / SIGNATURE_FILE, signature)
    load(artefact, trust=Trust((public,), required=True))
    show.say.print(f"signed; the public key is {public}", markup=False)


def _examine(artefact: Path, registry: Registry, gold: list[Path], rejects: Path) -> tuple[Report, Report]:
    """The candidate and the model in service on the same gold set, with the words that the candidate may trust."""
    from moderation.model.artifact import load, load_shipped, read_manifest
    from moderation.model.registry import load_current
    from training.corpus import digest
    from training.exam import examine

    candidate = load(artefact)
    try:
        current = load_current(registry.folder) if registry.current() else load_shipped()
    except ModelError as error:
        raise ModelError(f"the model in service cannot be compared with: {error}; see `--anyway`") from None
    examples = read_data(gold, rejects)
    kept = read_manifest(artefact).metrics
    triggers, apart = kept.get("suspects", []), kept.get("gold") == digest(examples)
    exam = examine(candidate, examples, triggers=triggers, kept_apart=apart)
    return exam, examine(current, examples, triggers=triggers)


def _keep_shipped(registry: Registry, by: str | None, key: Path | None) -> None:
    """Make the shipped model the first version, so that the first promotion can be taken back, too."""
    from importlib import resources

    if registry.current() is not None:
        return
    shipped = resources.files("moderation.model") / "shipped"
    try:
        manifest = registry.add(Path(str(shipped)), key=key)
    except ModelError:  # it is not signed, and the service would not take it from here
        return
    registry.promote(manifest.version, by=_name(by), why="came with the package")


def _registry(models: Path, keys: str) -> Registry:
    from moderation.model.signature import Trust
    from training.registry import Registry

    trusted = tuple(keys.split())
    return Registry(models, Trust(trusted, required=bool(trusted)))


def _name(by: str | None) -> str:
    return by or getpass.getuser()


def _show(registry: Registry) -> None:
    current = registry.current()
    console = Console(width=max(show.say.width, 110))
    table = Table("", "version", "fitted", "sources", "rows", box=None)
    for column in ("ROC-AUC ko", "ROC-AUC en"):
        table.add_column(column, justify="right")
    for manifest in registry.versions():
        mark = "→" if current and current.version == manifest.version else ""
        rows = f"{sum(source.rows for source in manifest.sources):,}"
        aucs = _aucs(registry.folder, manifest.version)
        table.add_row(
            mark, manifest.version, f"{manifest.created:%Y-%m-%d}", str(len(manifest.sources)), rows, *aucs
        )
    console.print(table)
    log = Table("when (UTC)", "what", "version", "by", "why", box=None)
    for switch in registry.history():
        why = "; ".join(filter(None, [switch.why, *(f"in spite of: {each}" for each in switch.in_spite_of)]))
        log.add_row(f"{switch.at:%Y-%m-%d %H:%M}", switch.action, switch.version, switch.by, why)
    console.print(log)


def _aucs(models: Path, version: str) -> list[str]:
    """Toxicity on the gold set that it was admitted by, in both languages; a dash where there was none."""
    from moderation.model.registry import folder_of
    from training.exam import Report
    from training.registry import EXAM_FILE

    try:
        exam = Report.model_validate_json((folder_of(models, version) / EXAM_FILE).read_bytes())
    except (OSError, ValueError):
        return ["–", "–"]
    found = {figure.language: figure.roc_auc for figure in exam.figures if figure.label == "toxicity"}
    return ["–" if (auc := found.get(language)) is None else f"{auc:.3f}" for language in ("ko", "en")]
