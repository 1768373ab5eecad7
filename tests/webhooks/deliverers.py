"""A process that only delivers: `python -m tests.webhooks.deliverers DATABASE_URL`, to be killed at any moment."""

from __future__ import annotations

import ipaddress
import sys
import time

from moderation.store import Store
from moderation.webhooks.deliverer import Deliverer
from moderation.webhooks.schedule import Schedule
from moderation.webhooks.sending import Sender

# Everything quicker than in service, so that a test sees leases run out and waits end.
QUICK = Schedule(first=0.05, factor=1.5, longest=0.5, longest_rest=0.2)
LEASE = 1.0


def deliverer(store: Store, threads: int = 2) -> Deliverer:
    sender = Sender([ipaddress.ip_network("127.0.0.0/8")], timeout=LEASE)
    return Deliverer(store.outbox, sender, schedule=QUICK, interval=0.02, lease=LEASE, threads=threads)


if __name__ == "__main__":
    deliverer(Store.open(sys.argv[1])).start()
    print("delivers", flush=True)
    time.sleep(3_600)
