"""``policy.yml`` and the weights beside it: written for people, read strictly.

The weights are a NumPy archive of plain arrays, read without pickle, and held against the digest in the policy.
"""

import hashlib
import io
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from gha_router.config import Trail, suggest
from gha_router.config.document import Document, dotted
from gha_router.config.reading import read_document
from gha_router.errors import ConfigError, Position
from gha_router.routing.cascade import USUAL_CHECK, Check, Stage, break_even
from gha_router.routing.learned import KINDS
from gha_router.routing.learned.policy import CalibratedPolicy, Chain, Trained, Tried

if TYPE_CHECKING:
    from gha_router.routing.learned.minilm import MiniLM

SCHEMA = "gha-router/policy/1"
HEADER = """\
# A routing policy, written by `gha-router calibrate`. `gha-router replay` scores it on outcomes.
# gain: P(strong right) - P(weak right). The strong model answers from `threshold` on; `share` of the history did.
# Figures are of tasks held out, with their 95 % bootstrap interval [value, low, high].
"""
TOP = (
    *("schema", "strong", "weak", "kind", "threshold", "share", "prior"),
    *("encoder", "home", "weights", "metrics", "fitted", "check", "models", "chain", "chains"),
)
CHAIN = ("stages", "quality_of_strong", "cost_of_strong", "strong_alone_usd", "tasks", "check")
STAGE = ("model", "cost_usd", "reached", "accepts")
WRITTEN = "Name what `gha-router calibrate` wrote."
TRIED = ("solves", "cost_usd", "tasks")
CHECK = ("false_accept", "false_reject")
WEIGHTS = ("file", "sha256")
ENCODER = ("name", "sha256")
MINILM = "minilm"
MOST_BYTES = 200_000_000
UNREADABLE = (ValueError, TypeError, KeyError, OSError, EOFError, MemoryError, zipfile.BadZipFile, zlib.error)


def write_policy(
    path: Path, policy: CalibratedPolicy, *, metrics: Mapping[str, Any], fitted: Mapping[str, Any]
) -> None:
    """Write the policy and, where something was learnt, its weights; each file whole or not at all."""
    content: dict[str, Any] = {
        "schema": SCHEMA,
        "strong": policy.strong,
        "weak": policy.weak,
        "kind": policy.kind,
        "threshold": round(policy.threshold, 6),
        "share": round(policy.share, 4),
        "prior": round(policy.prior, 6),
    }
    if policy.trained is not None:
        data = _packed(policy.trained)
        weights = path.with_suffix(".npz")
        _write(weights, data)
        if (embed := policy.trained.embed) is not None:
            content["encoder"] = {"name": MINILM, "sha256": embed.digest}
        content["home"] = round(policy.trained.home, 6)
        content["weights"] = {"file": weights.name, "sha256": hashlib.sha256(data).hexdigest()}
    content |= {"metrics": dict(metrics), "fitted": dict(fitted)}
    content |= _tried_out(policy)
    if policy.chain is not None:
        content["chain"] = _chain_out(policy.chain)
    if policy.chains:
        content["chains"] = {name: _chain_out(chain) for name, chain in policy.chains.items()}
    text = yaml.dump(content, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)
    _write(path, (HEADER + text).encode())


def read_policy(path: Path, *, encoder: Path | None = None) -> CalibratedPolicy:
    """Return a policy; ``encoder`` is the folder of the encoder that it may name.

    Raises ``ConfigError`` with file and line for what does not fit, a chain that cannot pay included.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}", hint=WRITTEN) from None
    return parse_policy(content, name=str(path), beside=lambda name: path.with_name(name).read_bytes(), encoder=encoder)


def parse_policy(
    content: bytes, *, name: str, beside: Callable[[str], bytes | None], encoder: Path | None = None
) -> CalibratedPolicy:
    """Return the policy in a file's content; ``name`` is what errors call it, ``beside`` reads the files beside it.

    Raises ``ConfigError`` as ``read_policy`` does.
    """
    try:
        text = content.decode()
    except UnicodeDecodeError:
        raise ConfigError(f"{name} cannot be read: it is not UTF-8", hint=WRITTEN) from None
    reader = _Reader(read_document(text, name=name, typed=lambda _: True))
    reader.keys((), TOP, needed=TOP[:7])
    if reader.text(("schema",)) != SCHEMA:
        raise ConfigError(
            "the policy has another form", where=reader.at(("schema",)), hint=f"This version reads `{SCHEMA}`."
        )
    kind = reader.text(("kind",))
    if kind not in KINDS:
        raise ConfigError(f"unknown router `{kind}`", where=reader.at(("kind",)), hint=suggest(kind, KINDS))
    reader.figures()
    strong, weak = reader.text(("strong",)), reader.text(("weak",))
    if strong == weak:
        raise ConfigError("the strong and the weak model are the same", where=reader.at(("weak",)))
    return CalibratedPolicy(
        strong=strong,
        weak=weak,
        kind=kind,
        threshold=reader.number(("threshold",), -1.001, 1.001),
        share=reader.number(("share",), 0, 1),
        prior=reader.number(("prior",), -1, 1),
        trained=_trained(beside, reader, kind, encoder),
        chain=reader.chain(("chain",)) if reader.value(("chain",)) is not None else None,
        chains={name: reader.chain(("chains", name)) for name in reader.names("chains")},
        check=reader.check(("check",)) if reader.value(("check",)) is not None else USUAL_CHECK,
        tried={name: reader.tried(("models", name)) for name in reader.names("models")},
        fitted_on=reader.fitted("sha256"),
        outcomes=reader.fitted("outcomes"),
    )


class _Dumper(yaml.SafeDumper):
    """Short lists on one line."""


_Dumper.add_representer(
    tuple, lambda dumper, data: dumper.represent_sequence("tag:yaml.org,2002:seq", list(data), flow_style=True)
)


class _Reader:
    """Takes values out of a document and says where one is wrong."""

    def __init__(self, document: Document) -> None:
        self.document = document

    def at(self, trail: Trail) -> Position:
        return self.document.place(trail)

    def value(self, trail: Trail) -> Any:
        found: Any = self.document.data
        for part in trail:
            found = found.get(part) if isinstance(found, dict) else found[part]
        return found

    def keys(self, trail: Trail, known: tuple[str, ...], needed: Iterable[str]) -> None:
        """Refuse what is no mapping, has an unknown key or lacks a needed one."""
        found = self.value(trail)
        if not isinstance(found, dict):
            raise ConfigError(f"`{dotted(trail)}` must be a mapping", where=self.at(trail))
        for key in found:
            if key not in known:
                where = self.document.keys.get((*trail, key), self.at(trail))
                raise ConfigError(f"unknown key `{dotted((*trail, key))}`", where=where, hint=suggest(key, known))
        for key in needed:
            if found.get(key) is None:
                raise ConfigError(f"`{dotted((*trail, key))}` is missing", where=self.at(trail))

    def text(self, trail: Trail) -> str:
        found = self.value(trail)
        if not isinstance(found, str) or not found:
            raise ConfigError(f"`{dotted(trail)}` must be a text", where=self.at(trail))
        if not found.isprintable():  # names are printed, also where lines are read as commands
            raise ConfigError(f"`{dotted(trail)}` holds control characters", where=self.at(trail))
        return found

    def number(self, trail: Trail, low: float, high: float) -> float:
        found = self.value(trail)
        if isinstance(found, bool) or not isinstance(found, int | float) or not low <= found <= high:
            raise ConfigError(f"`{dotted(trail)}` must be a number from {low:g} to {high:g}", where=self.at(trail))
        return float(found)

    def figures(self) -> None:
        """Check the sections that only people read: their names are free, their form is not."""
        for section in ("metrics", "fitted"):
            found = self.value((section,))
            if found is not None and not isinstance(found, dict):
                raise ConfigError(f"`{section}` must be a mapping", where=self.at((section,)))

    def fitted(self, key: str) -> str | None:
        """Return what is written of the outcomes that the policy was fitted on."""
        return str((self.value(("fitted",)) or {}).get(key) or "") or None

    def names(self, section: str) -> list[str]:
        """Return the names that have an entry of their own: task types, models."""
        found = self.value((section,))
        if found is None:
            return []
        if not isinstance(found, dict) or not all(isinstance(name, str) and name.isprintable() for name in found):
            raise ConfigError(f"`{section}` must be a mapping of names", where=self.at((section,)))
        return list(found)

    def chain(self, trail: Trail) -> Chain:
        """Return a chain that pays; one that cannot is refused with its numbers."""
        self.keys(trail, CHAIN, needed=CHAIN)
        check = self.check((*trail, "check"))
        entries = self.value((*trail, "stages"))
        if not isinstance(entries, list) or len(entries) < 2:  # noqa: PLR2004  one model is no chain
            raise ConfigError(f"`{dotted((*trail, 'stages'))}` must name two models or more", where=self.at(trail))
        stages = tuple(self._stage((*trail, "stages", index)) for index in range(len(entries)))
        alone = self.number((*trail, "strong_alone_usd"), 0, 1e6)
        break_even(stages, alone, where=self.at((*trail, "stages")))
        return Chain(
            stages=stages,
            quality=self.number((*trail, "quality_of_strong"), 0, 1e3),
            cost=self.number((*trail, "cost_of_strong"), 0, 1e3),
            alone_usd=alone,
            tasks=int(self.number((*trail, "tasks"), 1, 1e9)),
            alpha=check.alpha,
            beta=check.beta,
        )

    def check(self, trail: Trail) -> Check:
        """Return the error rates of a check."""
        self.keys(trail, CHECK, needed=CHECK)
        return Check(
            alpha=self.number((*trail, "false_accept"), 0, 1), beta=self.number((*trail, "false_reject"), 0, 1)
        )

    def tried(self, trail: Trail) -> Tried:
        """Return what is written of one model."""
        self.keys(trail, TRIED, needed=TRIED)
        return Tried(
            solves=self.number((*trail, "solves"), 0, 1),
            cost_usd=self.number((*trail, "cost_usd"), 0, 1e6),
            tasks=int(self.number((*trail, "tasks"), 1, 1e9)),
        )

    def _stage(self, trail: Trail) -> Stage:
        self.keys(trail, STAGE, needed=STAGE)
        return Stage(
            model=self.text((*trail, "model")),
            cost_usd=self.number((*trail, "cost_usd"), 0, 1e6),
            reached=self.number((*trail, "reached"), 0, 1),
            accepts=self.number((*trail, "accepts"), 0, 1),
        )


def _tried_out(policy: CalibratedPolicy) -> dict[str, Any]:
    """Return what other chains of these models are judged by: nothing without costs."""
    if not policy.tried:
        return {}
    models = {
        name: {"solves": round(tried.solves, 4), "cost_usd": round(tried.cost_usd, 6), "tasks": tried.tasks}
        for name, tried in policy.tried.items()
    }
    return {"check": {"false_accept": policy.check.alpha, "false_reject": policy.check.beta}, "models": models}


def _chain_out(chain: Chain) -> dict[str, Any]:
    return {
        "stages": [
            {
                "model": stage.model,
                "cost_usd": round(stage.cost_usd, 6),
                "reached": round(stage.reached, 4),
                "accepts": round(stage.accepts, 4),
            }
            for stage in chain.stages
        ],
        "quality_of_strong": round(chain.quality, 4),
        "cost_of_strong": round(chain.cost, 4),
        "strong_alone_usd": round(chain.alone_usd, 6),
        "tasks": chain.tasks,
        "check": {"false_accept": chain.alpha, "false_reject": chain.beta},
    }


def _packed(trained: Trained) -> bytes:
    import numpy as np  # noqa: PLC0415  only where something was learnt

    file = io.BytesIO()
    quantiles = {f"quantiles_{kind}": values for kind, values in trained.quantiles.items()}
    arrays: dict[str, Any] = {**trained.learned.arrays(), **quantiles}
    np.savez_compressed(file, **arrays)
    return file.getvalue()


def _trained(beside: Callable[[str], bytes | None], reader: _Reader, kind: str, encoder: Path | None) -> Trained | None:
    if reader.value(("weights",)) is None:
        if kind not in ("prior", "causal_llm"):
            raise ConfigError(
                f"the router `{kind}` needs `weights`",
                where=reader.at(("kind",)),
                hint="Calibrate again, or use the kind `prior`.",
            )
        return None
    reader.keys(("weights",), WEIGHTS, needed=WEIGHTS)
    home = reader.number(("home",), -1, 2)
    name, where = reader.text(("weights", "file")), reader.at(("weights", "file"))
    if Path(name).name != name:
        raise ConfigError(f"the weights `{name}` are not beside the policy", where=where, hint="Name the file alone.")
    try:
        data = beside(name)
    except OSError as error:
        raise ConfigError(
            f"the weights `{name}` cannot be read: {error.strerror}", where=where, hint="Keep both files together."
        ) from None
    if data is None:
        raise ConfigError(
            f"the weights `{name}` are not beside the policy", where=where, hint="Keep both files together."
        )
    if hashlib.sha256(data).hexdigest() != reader.text(("weights", "sha256")):
        raise ConfigError(
            f"`{name}` is not what this policy was written with",
            where=reader.at(("weights", "sha256")),
            hint="Calibrate again, and keep both files together.",
        )
    trained = replace(_unpacked(data, home, where, name), embed=_embed(reader, encoder))
    if (trained.embed is None) != (trained.learned.neighbours.meanings.shape[1] == 0):
        raise ConfigError(f"`{name}` was fitted with another `encoder`", where=where, hint="Calibrate again.")
    return trained


def _embed(reader: _Reader, folder: Path | None) -> "MiniLM | None":
    """Return the encoder that the policy names; it is held by its digest, wherever it lies."""
    if reader.value(("encoder",)) is None:
        return None
    reader.keys(("encoder",), ENCODER, needed=ENCODER)
    name, where = reader.text(("encoder", "name")), reader.at(("encoder", "name"))
    if name != MINILM:
        raise ConfigError(f"unknown encoder `{name}`", where=where, hint=suggest(name, (MINILM,)))
    if folder is None:
        raise ConfigError(
            "this policy reads texts with MiniLM, and nothing says where that lies",
            where=where,
            hint="In a configuration `learned: {encoder_folder: DIR}`, on the command line --encoder-folder DIR.",
        )
    from gha_router.routing.learned.minilm import load_minilm  # noqa: PLC0415  most policies hash words

    return load_minilm(folder, digest=reader.text(("encoder", "sha256")))


def _unpacked(data: bytes, home: float, where: Position, name: str) -> Trained:
    import numpy as np  # noqa: PLC0415  serve without a learnt policy does not load it

    from gha_router.routing.learned.learner import LEARNT, Learned  # noqa: PLC0415

    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as archive:
            if sum(info.file_size for info in archive.zip.infolist()) > MOST_BYTES:
                raise ConfigError(f"`{name}` unpacks to more than {MOST_BYTES:,} bytes", where=where)
            arrays = {key: archive[key] for key in archive.files}
        quantiles = {
            key.removeprefix("quantiles_"): value for key, value in arrays.items() if key.startswith("quantiles_")
        }
        if any(name not in quantiles or quantiles[name].ndim != 1 or not len(quantiles[name]) for name in LEARNT):
            raise KeyError("quantiles")
        return Trained(learned=Learned.of_arrays(arrays), home=home, quantiles=quantiles)
    except UNREADABLE:
        raise ConfigError(f"`{name}` holds no weights of ours", where=where, hint="Calibrate again.") from None


def _write(path: Path, data: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name}.new")
        temporary.write_bytes(data)
        temporary.replace(path)
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror}") from None
