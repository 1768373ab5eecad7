"""Policy and model follow their files without a restart; where the files are wrong, the last good ones stay."""

from __future__ import annotations

import logging
import threading
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Generic, TypeVar

from moderation.engine import Moderator
from moderation.errors import ModelError, PolicyError
from moderation.model.artifact import load_shipped
from moderation.model.classifier import Classifier
from moderation.model.registry import load_current
from moderation.model.signature import ANYONE, Trust
from moderation.policy import Policy, Reading, load_policy
from moderation.settings import Settings
from moderation.watch import Watch

logger = logging.getLogger(__name__)

INTERVAL = 1.0
"""Seconds between two looks at the files. A change is taken up once two looks in a row agree."""

Value = TypeVar("Value", bound=Policy | Classifier)


@dataclass(frozen=True)
class PartState:
    """How policy or model stands: what is in force, and why what its files say now is not.

    fault : what is wrong with the files; None when all is well. since : when that was first seen, in UTC.
    taken, refused : how often new files were put in force, and how often they were not, since the start.
    """

    part: str
    version: str | None = None
    fault: str | None = None
    since: datetime | None = None
    taken: int = 0
    refused: int = 0


PartStates = Callable[[], tuple[PartState, PartState]]
"""How policy and model stand at this moment, for whoever reports it."""


def unwatched(moderator: Moderator) -> PartStates:
    """The states of a moderator whose files nobody watches: whatever it judges by is right."""

    def states() -> tuple[PartState, PartState]:
        versions = moderator.versions
        return PartState("policy", versions.policy), PartState("model", versions.model)

    return states


class _Part(Generic[Value]):
    """Policy or model: how it is loaded, from which files, and how it stands."""

    def __init__(self, part: str, load: Callable[[Reading], Value]) -> None:
        self.state = PartState(part)
        self._load = load
        self._watch = Watch()

    def load(self) -> Value:
        """Read it for the first time; raises whatever is wrong with it."""
        value = self._watch.read(self._load)
        self.state = replace(self.state, version=value.version)
        return value

    def renewed(self, *, asked: bool) -> Value | None:
        """What the files say now, when that is worth a look and right; None otherwise."""
        if not (asked or self._watch.changed()):
            return None
        try:
            value = self._watch.read(self._load)
        except Exception as error:  # whatever is wrong with a file, the last good one stays
            if not self._watch.moved():  # else it is being written, and looked at again
                self.refuse(error)
            return None
        return None if self._watch.moved() else value

    def take(self, value: Value) -> None:
        """It is in force."""
        now = self.state
        logger.warning("%s %s is in force, before it %s", now.part, value.version, now.version or "none")
        self.state = PartState(now.part, value.version, taken=now.taken + 1, refused=now.refused)

    def confirm(self) -> None:
        """The files say what is in force already."""
        if self.state.fault is not None:
            logger.warning("%s %s is what the files say again", self.state.part, self.state.version)
        self.state = replace(self.state, fault=None, since=None)

    def refuse(self, error: Exception) -> None:
        """What the files say cannot be put in force."""
        now, fault = self.state, _fault(error)
        if fault != now.fault:
            logger.error("%s files refused, %s stays in force: %s", now.part, now.version or "none", fault)
        since = now.since or datetime.now(UTC)
        self.state = replace(now, fault=fault, since=since, refused=now.refused + 1)


class Reloader:
    """A moderator that follows its files: policy, word lists, messages and model.

    The files are looked at by a thread of its own, from `start` to `stop` or within a `with` block.

    policy_files : the site's own, merged over the default.
    model_dir : folder of an artefact or of versions; None for the shipped model. trust : whose models are opened.
    deadline : seconds a comment may take. interval : seconds between two looks; 0 looks only when asked.
    name : what stands before the names of its parts in logs, where there is more than one.

    Raises PolicyError where the policy is broken at the start: there is no last good one yet.
    Without a model the moderator holds what it cannot judge, until there is one.
    """

    def __init__(
        self,
        policy_files: Sequence[str | Path] = (),
        model_dir: Path | None = None,
        *,
        trust: Trust = ANYONE,
        deadline: float = 1.0,
        interval: float = INTERVAL,
        name: str = "",
    ) -> None:
        self.interval = interval
        self.policy_files = tuple(policy_files)
        self._policy = _Part[Policy](
            f"{name}policy", lambda reading: load_policy(*policy_files, reading=reading)
        )
        self._model = _Part[Classifier](
            f"{name}model", lambda reading: _load_model(model_dir, reading, trust)
        )
        self.moderator = Moderator(self._policy.load(), self._first_model(), deadline=deadline)
        self._looking = threading.Lock()
        self._wake = threading.Event()
        self._stopping = False
        self._thread: threading.Thread | None = None

    @classmethod
    def of(cls, settings: Settings) -> Reloader:
        """For the files that the settings name."""
        return cls(
            settings.policy_files,
            settings.model_dir,
            trust=Trust.of(settings.model_keys, settings.require_signature),
            deadline=settings.deadline,
            interval=settings.reload_interval,
        )

    @property
    def policy(self) -> PartState:
        """How the policy stands."""
        return self._policy.state

    @property
    def model(self) -> PartState:
        """How the model stands."""
        return self._model.state

    def states(self) -> tuple[PartState, PartState]:
        """How policy and model stand."""
        return self.policy, self.model

    def look(self, *, asked: bool = False) -> None:
        """Look at the files once, and put in force what is new and right; `asked`: read them in any case."""
        with self._looking:
            policy, classifier = self._policy.renewed(asked=asked), self._model.renewed(asked=asked)
            if policy is not None and policy == self.moderator.policy:
                self._policy.confirm()
                policy = None
            if classifier is not None and classifier.version == self.moderator.versions.model:
                self._model.confirm()
                classifier = None
            if policy is None and classifier is None:
                return
            try:
                self.moderator.swap(policy=policy, classifier=classifier)
            except Exception as error:  # no checks can be built from them
                if policy is not None:
                    self._policy.refuse(error)
                if classifier is not None:
                    self._model.refuse(error)
                return
            if policy is not None:
                self._policy.take(policy)
            if classifier is not None:
                self._model.take(classifier)

    def ask(self) -> None:
        """Have the files read now, whether they changed or not; may be called by a signal handler."""
        self._wake.set()

    def start(self) -> None:
        """Begin to look at the files."""
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="reload", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Look no more; waits for a look that is under way."""
        self._stopping = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def __enter__(self) -> Reloader:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _run(self) -> None:
        while True:
            asked = self._wake.wait(self.interval or None)
            self._wake.clear()
            if self._stopping:
                return
            self.look(asked=asked)

    def _first_model(self) -> Classifier | None:
        try:
            return self._model.load()
        except Exception as error:  # rules work without a model; what only it can judge is held
            self._model.refuse(error)
            return None


def _load_model(folder: Path | None, reading: Reading, trust: Trust) -> Classifier:
    """The shipped model is part of the program: it needs no signature, and changes only with a restart."""
    return load_shipped() if folder is None else load_current(folder, reading=reading, trust=trust)


def _fault(error: Exception) -> str:
    """What to tell an editor; for a fault of ours its kind and place."""
    if isinstance(error, PolicyError | ModelError):
        return str(error)
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {frame.name}:{frame.lineno}; this is a fault of the program"
