"""What the service counts, in Prometheus' form. No label ever carries text, a name or an id."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector

from moderation.reload import PartStates
from moderation.shadow import Shadow
from moderation.types import Decision
from moderation.web.problems import Problem

# From a tenth of the budget of one check (200 µs) to the default deadline and beyond.
_SECONDS = (0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)


class Metrics:
    """Counters of one service, in a registry of their own; an Observer of the middleware."""

    def __init__(self, states: PartStates, shadow: Shadow | None = None) -> None:
        self.registry = CollectorRegistry()
        self.registry.register(_InForce(states))
        if shadow is not None:
            self.registry.register(_Shadowed(shadow))
        self._decisions = Counter(
            "moderation_decisions",
            "Decisions by action, the rule that settled them and the language of the text. "
            "Surface `check` is a look before posting, `comment` a comment that was posted.",
            ("action", "rule", "language", "surface"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "moderation_check_seconds",
            "Time from the whole text to the decision.",
            registry=self.registry,
            buckets=_SECONDS,
        )
        self._skipped = Counter(
            "moderation_skipped",
            "Checks that could not run, by check and reason.",
            ("check", "reason"),
            registry=self.registry,
        )
        self._held = Counter(
            "moderation_held", "Comments kept for a moderator since the start.", registry=self.registry
        )
        self._queue = Gauge(
            "moderation_queue_comments", "Comments that wait for a moderator now.", registry=self.registry
        )
        self._problems = Counter(
            "moderation_problems",
            "Requests answered with a problem document, by its status and kind.",
            ("status", "kind"),
            registry=self.registry,
        )

    def judged(self, decision: Decision, seconds: float) -> None:
        """A posted comment was judged."""
        self._count(decision, seconds, "comment")

    def checked(self, decision: Decision, seconds: float) -> None:
        """A comment was looked at before posting."""
        self._count(decision, seconds, "check")

    def held(self) -> None:
        """A comment was kept for a moderator."""
        self._held.inc()

    def refused(self, problem: Problem) -> None:
        """A request was answered with a problem."""
        self._problems.labels(str(problem.status), problem.kind).inc()

    def exposition(self, waiting: int | None) -> bytes:
        """The text that Prometheus reads; `waiting` is how many comments are held, None when unknown."""
        self._queue.set(float("nan") if waiting is None else waiting)
        return generate_latest(self.registry)

    def _count(self, decision: Decision, seconds: float, surface: str) -> None:
        rule = decision.rule or "none"
        self._decisions.labels(str(decision.action), rule, decision.language, surface).inc()
        self._seconds.observe(seconds)
        for skip in decision.skipped:
            self._skipped.labels(skip.check, skip.reason).inc()


class _InForce(Collector):
    """Which policy and model are in force, and how their files fared since the start."""

    def __init__(self, states: PartStates) -> None:
        self._states = states

    def collect(self) -> Iterator[Metric]:
        """What the states say at this moment."""
        versions = InfoMetricFamily("moderation_version", "Version that is in force.", labels=("part",))
        refused = GaugeMetricFamily(
            "moderation_files_refused",
            "1 while the files of that part are refused and an earlier version stays in force.",
            labels=("part",),
        )
        reloads = CounterMetricFamily(
            "moderation_reloads",
            "New files put in force (`taken`) or not (`refused`) since the start.",
            labels=("part", "outcome"),
        )
        for at in self._states():
            versions.add_metric((at.part,), {"version": at.version or "none"})
            refused.add_metric((at.part,), at.fault is not None)
            reloads.add_metric((at.part, "taken"), at.taken)
            reloads.add_metric((at.part, "refused"), at.refused)
        yield from (versions, refused, reloads)


class _Shadowed(Collector):
    """How the candidate would have decided posted comments."""

    def __init__(self, shadow: Shadow) -> None:
        self._shadow = shadow

    def collect(self) -> Iterator[Metric]:
        """What the shadow has counted so far, and which candidate it is."""
        judged = CounterMetricFamily(
            "moderation_shadow",
            "Comments that the candidate judged as the one in service did (`same`) or not (`different`), "
            "or had no time for (`dropped`).",
            labels=("outcome",),
        )
        counts = dict(self._shadow.differences)
        judged.add_metric(("same",), self._shadow.same)
        judged.add_metric(("different",), sum(counts.values()))
        judged.add_metric(("dropped",), self._shadow.dropped)
        differences = CounterMetricFamily(
            "moderation_shadow_differences",
            "Decisions that the candidate would have made otherwise, by action and settling rule of both.",
            labels=("action", "rule", "candidate_action", "candidate_rule"),
        )
        for found, count in sorted(counts.items()):
            labels = (found.action, found.rule, found.candidate_action, found.candidate_rule)
            differences.add_metric(labels, count)
        versions = InfoMetricFamily(
            "moderation_shadow_version", "Version of the candidate.", labels=("part",)
        )
        now = self._shadow.candidate.versions
        versions.add_metric(("policy",), {"version": now.policy})
        versions.add_metric(("model",), {"version": now.model or "none"})
        yield from (judged, differences, versions)
