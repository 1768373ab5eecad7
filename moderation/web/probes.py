"""What machines ask the service: is it alive, can it judge and keep, what has it counted."""

from __future__ import annotations

import logging

import anyio.to_thread
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from moderation.errors import StoreError
from moderation.reload import PartStates
from moderation.store import Store
from moderation.web.faults import log_fault
from moderation.web.metrics import Metrics

logger = logging.getLogger(__name__)


class Health(BaseModel):
    """The process answers."""

    model_config = ConfigDict(frozen=True)

    status: str = "ok"


class Part(BaseModel):
    """One part that judging or keeping needs."""

    model_config = ConfigDict(frozen=True)

    ready: bool
    version: str | None = Field(None, description="of the part that is in force")
    refused: bool = Field(
        False, description="newer files were refused and the version named stays in force; the log says why"
    )


class Readiness(BaseModel):
    """Whether comments can be judged in full and kept, and which part is missing."""

    model_config = ConfigDict(frozen=True)

    ready: bool
    policy: Part
    model: Part
    store: Part


class Probes:
    """The handlers, over the states of policy and model, and one store."""

    def __init__(self, states: PartStates, store: Store, metrics: Metrics) -> None:
        self.states = states
        self.store = store
        self.metrics = metrics

    async def health(self, request: Request) -> Response:
        """The process answers; nothing else is said."""
        return _answer(Health())

    async def ready(self, request: Request) -> Response:
        """Model, policy and store; why a part is missing stands in the log, not here."""
        policy, model = (
            Part(ready=at.version is not None, version=at.version, refused=at.fault is not None)
            for at in self.states()
        )
        store = Part(ready=await self._store_answers())
        ready = policy.ready and model.ready and store.ready
        readiness = Readiness(ready=ready, policy=policy, model=model, store=store)
        return _answer(readiness, 200 if readiness.ready else 503)

    async def expose(self, request: Request) -> Response:
        """The counters in Prometheus' form."""
        try:
            waiting: int | None = await anyio.to_thread.run_sync(self.store.held_count)
        except StoreError:
            waiting = None
        body = self.metrics.exposition(waiting)
        return Response(body, headers={"cache-control": "no-store", "content-type": CONTENT_TYPE_LATEST})

    async def _store_answers(self) -> bool:
        try:
            await anyio.to_thread.run_sync(self.store.ping)
        except Exception as error:  # whatever is wrong with it, the answer is that it is not ready
            log_fault(logger, "reaching the store", error)
            return False
        return True


def _answer(model: BaseModel, status: int = 200) -> Response:
    return Response(model.model_dump_json(), status, {"cache-control": "no-store"}, "application/json")
