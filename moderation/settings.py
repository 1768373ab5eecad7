"""Every knob of the service, read once from the environment and passed in."""

from __future__ import annotations

import hmac
import logging
import os
import secrets
from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Any, Literal, get_args

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    IPvAnyNetwork,
    PrivateAttr,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)

from moderation.errors import InputError

logger = logging.getLogger(__name__)

PREFIX = "MODERATION_"
SHORTEST_KEY = 32
ALL_ADDRESSES = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104  (compared with, not bound to)

DialectName = Literal["perspective", "openai", "akismet", "coral"]
DIALECTS: tuple[DialectName, ...] = get_args(DialectName)


class Settings(BaseModel):
    """How one process of the service runs. Frozen; `MODERATION_` and the name in capitals sets each field.

    Secrets never show in `repr` or in logs. Outside the demo there is no default for `secret_key`:
    a service that signs cookies with a guessable key is open to everybody.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = Field("127.0.0.1", description="address to listen on")
    port: int = Field(8000, ge=0, le=65535, description="port to listen on; 0 takes a free one")
    database_url: str = Field(
        "sqlite:///var/moderation.db",
        min_length=1,
        repr=False,  # may hold a password
        description="where comments and decisions are kept; `DATABASE_URL` is read too",
    )
    policy_files: tuple[Path, ...] = Field(
        (), description=f"the site's own policy files, later ones winning, separated by `{os.pathsep}`"
    )
    model_dir: Path | None = Field(
        None, description="folder of a model, or of the versions that `training promote` keeps"
    )
    model_keys: tuple[str, ...] = Field(
        (),
        description="Ed25519 public keys in base64, separated by blanks; a signature by another is refused",
    )
    require_signature: bool | None = Field(
        None, description="refuse a model without a signature; where not set, as soon as there are keys"
    )
    reload_interval: float = Field(
        1.0,
        ge=0,
        le=3600,
        description="seconds between two looks at the files of policy and model; 0 reloads on SIGHUP only",
    )
    shadow_policy_files: tuple[Path, ...] = Field(
        (), description="a candidate policy that judges along and only counts; separated like `policy_files`"
    )
    shadow_model_dir: Path | None = Field(
        None, description="folder of a candidate model that judges along and only counts"
    )
    deadline: float = Field(1.0, gt=0, le=60, description="seconds a comment may take to check")
    body_limit: int = Field(65_536, ge=1_024, le=16_777_216, description="bytes a request body may have")
    read_timeout: float = Field(10.0, gt=0, le=300, description="seconds a request body may take to arrive")
    check_limit: int = Field(
        30, ge=0, description="times a minute that one reader may have a text checked; 0 for no limit"
    )
    report_readers: int = Field(
        3, ge=1, description="so many readers who report a published comment put it before a moderator"
    )
    report_hours: int = Field(24, ge=1, le=8_760, description="within so many hours")
    second_look_share: float = Field(
        0.05,
        ge=0,
        le=1,
        description="share of rulings that a second moderator makes again without seeing the first",
    )
    secret_key: SecretStr | None = Field(
        None, description=f"signs cookies; at least {SHORTEST_KEY} characters; random per process in the demo"
    )
    dialects: tuple[DialectName, ...] = Field(
        DIALECTS,
        description="which other services' APIs are answered, separated by commas; `none` for none of them",
    )
    audit_key: SecretStr | None = Field(
        None,
        description="chains the audit; older keys behind it, after blanks; where not set, made from `secret_key`",
    )
    akismet_true: Literal["spam", "refused", "held"] = Field(
        "spam",
        description="what Akismet's `true` says: spam alone, or also what else would be refused, or held as well",
    )
    coral_secrets: tuple[SecretStr, ...] = Field(
        (), description="signing secrets of Coral's moderation phases, separated by blanks"
    )
    trusted_proxies: tuple[IPvAnyNetwork, ...] = Field(
        (IPv4Network("127.0.0.1"), IPv6Network("::1")),
        description="addresses or networks of the site's own proxies, separated by blanks; their forwarded headers count",
    )
    keep_rejected: int = Field(
        180,
        ge=0,
        le=36_500,
        description="days a refused comment is kept; 0: until somebody asks for its erasure",
    )
    keep_published: int = Field(
        0, ge=0, le=36_500, description="days the store's copy of a published comment is kept; 0 likewise"
    )
    keep_labels: int = Field(
        730, ge=0, le=36_500, description="days a label that another desk sent is kept; 0: for ever"
    )
    public_url: str | None = Field(
        None,
        pattern=r"^https?://[^/?#\s]+$",
        description="address of the service as browsers know it, such as `https://desk.news.example`; for links",
    )
    oidc_issuer: str | None = Field(
        None, pattern=r"^https?://[^?#\s]+$", description="the site's own identity provider (OpenID Connect)"
    )
    oidc_client_id: str | None = Field(None, description="what the provider calls this service")
    oidc_client_secret: SecretStr | None = Field(None, description="the secret that goes with it, if any")
    oidc_scopes: str = Field("openid profile email", description="what is asked of the provider")
    oidc_name_claim: str = Field(
        "email", description="claim that names the account; an `email` counts only as `email_verified`"
    )
    oidc_role_claim: str = Field("groups", description="claim that lists the groups of a person")
    oidc_roles: tuple[tuple[str, Literal["moderator", "lead", "editor", "administrator"]], ...] = Field(
        (),
        description="`group=role`, separated by commas, the first that fits wins; without any, roles are given here",
    )
    oidc_accounts: Literal["make", "refuse"] = Field(
        "refuse", description="whether whoever the provider knows gets an account, or only those added before"
    )
    demo: bool = Field(True, description="serve the demo article with its sign-in and its comments")
    webhook_networks: tuple[IPvAnyNetwork, ...] = Field(
        (),
        description="private networks that webhooks may go to, as in `10.1.2.0/24`, separated by blanks",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="how much is logged")

    _random_key: bytes = PrivateAttr(default_factory=lambda: secrets.token_bytes(SHORTEST_KEY))

    @field_validator("policy_files", "shadow_policy_files", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(filter(None, value.split(os.pathsep))) if isinstance(value, str) else value

    @field_validator("model_keys", "coral_secrets", "webhook_networks", "trusted_proxies", mode="before")
    @classmethod
    def _split_words(cls, value: object) -> object:
        return tuple(value.split()) if isinstance(value, str) else value

    @field_validator("oidc_roles", mode="before")
    @classmethod
    def _split_roles(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        pairs = [pair.rpartition("=") for pair in value.split(",") if pair.strip()]
        return tuple((group.strip(), role.strip()) for group, _, role in pairs)

    @field_validator("dialects", mode="before")
    @classmethod
    def _split_dialects(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        named = value.replace(",", " ").lower().split()
        return () if named == ["none"] else tuple(named)

    @field_validator("log_level", mode="before")
    @classmethod
    def _lower(cls, value: object) -> object:
        return value.lower() if isinstance(value, str) else value

    @model_validator(mode="after")
    def _keyed(self) -> Settings:
        if self.secret_key is None:
            if not self.demo:
                raise ValueError(
                    "`secret_key` is missing; outside the demo the service does not start without one"
                )
        elif len(self.secret_key.get_secret_value()) < SHORTEST_KEY:
            raise ValueError(f"`secret_key` is shorter than {SHORTEST_KEY} characters")
        if (self.oidc_issuer is None) != (self.oidc_client_id is None):
            raise ValueError("`oidc_issuer` and `oidc_client_id` belong together; set both")
        if any(len(key) < SHORTEST_KEY for key in self._given_audit_keys()):
            raise ValueError(f"`audit_key` has a key shorter than {SHORTEST_KEY} characters")
        return self

    def origin_of(self, scheme: str, host: str) -> str:
        """The origin that browsers know: `public_url`, else that of the request in hand."""
        return self.public_url or f"{scheme}://{host}"

    @property
    def address(self) -> str:
        """Where the service is found: `public_url`, else as somebody on this machine finds it."""
        if self.public_url is not None:
            return self.public_url
        host = ALL_ADDRESSES.get(self.host, f"[{self.host}]" if ":" in self.host else self.host)
        return f"http://{host}:{self.port}"

    @property
    def signing_key(self) -> bytes:
        """What signs cookies: `secret_key`, in the demo else a key that lives as long as this process."""
        return self.secret_key.get_secret_value().encode() if self.secret_key else self._random_key

    @property
    def audit_keys(self) -> tuple[bytes, ...]:
        """What chains the audit: the keys given, then the one made from `secret_key`; none in a demo without either."""
        given = [key.encode() for key in self._given_audit_keys()]
        if self.secret_key is not None:
            given.append(hmac.digest(self.secret_key.get_secret_value().encode(), b"audit", "sha256"))
        return tuple(given)

    def _given_audit_keys(self) -> list[str]:
        return self.audit_key.get_secret_value().split() if self.audit_key else []

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read the settings once; raises InputError naming the variable, without the value of a secret."""
        environ = os.environ if environ is None else environ
        given: dict[str, Any] = {}
        if environ.get("DATABASE_URL"):
            given["database_url"] = environ["DATABASE_URL"]
        for name in cls.model_fields:
            value = environ.get(PREFIX + name.upper())
            if value:  # an empty variable is an unset one, as in compose files
                given[name] = value
        try:
            settings = cls(**given)
        except ValidationError as error:
            raise InputError(_explain(error)) from None
        if settings.secret_key is None:
            logger.warning("no `%sSECRET_KEY`: sign-ins last as long as this process", PREFIX)
        return settings


def _explain(error: ValidationError) -> str:
    lines = []
    for fault in error.errors(include_input=False, include_url=False):
        what = fault["msg"].removeprefix("Value error, ")
        where = f"`{PREFIX}{str(fault['loc'][0]).upper()}`: " if fault["loc"] else "settings: "
        lines.append(f"{where}{what[:1].lower()}{what[1:]}")
    return "\n".join(lines)
