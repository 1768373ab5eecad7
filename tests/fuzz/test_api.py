"""The OpenAPI document is true, as far as a few hundred made-up requests tell; `make fuzz-api` puts 10,000 of them."""

from __future__ import annotations

from tests.fuzz import api


def test_the_document_says_what_the_service_does() -> None:
    with api.running() as address:
        assert api.run(address, cases=55, seed=1) == 0
