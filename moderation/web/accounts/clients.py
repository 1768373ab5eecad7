"""Tokens of the store as the clients that dialects know."""

from __future__ import annotations

from moderation.store.accounts import Token, Tokens
from moderation.web.keys import Client, KeyRing


class TokenClients:
    """Looks up whose key that is, and counts the calls of each token over all processes."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self._found: dict[str, Token] = {}  # no more than there are tokens

    def find(self, key: str) -> Client | None:
        """The client whose key that is."""
        token = self._tokens.find(key)
        if token is None:
            return None
        self._found[token.name] = token
        return Client(token.name, frozenset(map(str, token.scopes)))

    def take(self, client: str) -> float | None:
        """Count one call; the seconds to wait where the client has had its share of the minute."""
        return self._tokens.take(self._found[client])


def key_ring(tokens: Tokens, *, is_open: bool) -> KeyRing:
    """The keys of all services that have a token."""
    clients = TokenClients(tokens)
    return KeyRing(clients.find, clients, is_open=is_open)
