"""The tables of accounts, their sessions and one-time links, and of API tokens. Of secrets there are only digests."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, String, Table, Text

from moderation.store.tables import UtcDateTime, metadata

NAME, DIGEST = 64, 43

people = Table(
    "accounts",
    metadata,
    Column("name", String(NAME), primary_key=True),
    Column("display", Text, nullable=False),
    Column("role", String(13), nullable=False),
    Column("language", String(2), nullable=False),
    Column("preferences", Text, nullable=False),
    Column("password", Text),  # None for who signs in by link or elsewhere
    # Who the account is at the site's own identity provider (OpenID Connect).
    Column("issuer", String(512)),
    Column("subject", String(255)),
    Column("created_at", UtcDateTime, nullable=False),
    Column("signed_in_at", UtcDateTime),
    Column("disabled_at", UtcDateTime),
    CheckConstraint("role IN ('moderator', 'lead', 'editor', 'administrator')", name="accounts_role"),
    Index("accounts_subject", "issuer", "subject", unique=True),
)

sessions = Table(
    "sessions",
    metadata,
    Column("digest", String(DIGEST), primary_key=True),
    Column("account", String(NAME), ForeignKey("accounts.name", ondelete="CASCADE"), nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Index("sessions_account", "account"),
)

links = Table(
    "sign_in_links",
    metadata,
    Column("digest", String(DIGEST), primary_key=True),
    Column("account", String(NAME), ForeignKey("accounts.name", ondelete="CASCADE"), nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Index("sign_in_links_account", "account"),
)

tokens = Table(
    "api_tokens",
    metadata,
    Column("name", String(NAME), primary_key=True),
    Column("digest", String(DIGEST), nullable=False),
    Column("scopes", Text, nullable=False),  # with blanks between them
    Column("per_minute", Integer, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
    Column("revoked_at", UtcDateTime),
    Index("api_tokens_digest", "digest", unique=True),
)
