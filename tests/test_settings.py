from __future__ import annotations

import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from moderation.errors import InputError
from moderation.settings import DIALECTS, Settings

KEY = "k" * 32
OLDER = "o" * 32


def test_defaults_are_those_of_the_demo(caplog: pytest.LogCaptureFixture) -> None:
    settings = Settings.from_environment({})
    assert (settings.host, settings.port, settings.demo) == ("127.0.0.1", 8000, True)
    assert settings.database_url == "sqlite:///var/moderation.db"
    assert settings.policy_files == ()
    assert len(settings.signing_key) == 32
    assert "MODERATION_SECRET_KEY" in caplog.text


def test_every_setting_from_the_environment() -> None:
    settings = Settings.from_environment(
        {
            "MODERATION_HOST": "0.0.0.0",
            "MODERATION_PORT": "80",
            "MODERATION_DATABASE_URL": "sqlite:///other.db",
            "MODERATION_POLICY_FILES": os.pathsep.join(["a.toml", "b.toml"]),
            "MODERATION_MODEL_DIR": "/models/ko",
            "MODERATION_MODEL_KEYS": "one  two",
            "MODERATION_SHADOW_POLICY_FILES": "c.toml",
            "MODERATION_SHADOW_MODEL_DIR": "/models/next",
            "MODERATION_REQUIRE_SIGNATURE": "false",
            "MODERATION_RELOAD_INTERVAL": "10",
            "MODERATION_DEADLINE": "0.5",
            "MODERATION_BODY_LIMIT": "4096",
            "MODERATION_READ_TIMEOUT": "3",
            "MODERATION_SECRET_KEY": KEY,
            "MODERATION_DIALECTS": "perspective, OpenAI",
            "MODERATION_AKISMET_TRUE": "held",
            "MODERATION_CORAL_SECRETS": "ssec_one ssec_two",
            "MODERATION_AUDIT_KEY": f"{KEY} {OLDER}",
            "MODERATION_TRUSTED_PROXIES": "10.0.0.0/8  2001:db8::1",
            "MODERATION_PUBLIC_URL": "https://desk.example",
            "MODERATION_OIDC_ISSUER": "https://id.example/realm",
            "MODERATION_OIDC_CLIENT_ID": "desk",
            "MODERATION_OIDC_CLIENT_SECRET": "canary",
            "MODERATION_OIDC_SCOPES": "openid email",
            "MODERATION_OIDC_NAME_CLAIM": "preferred_username",
            "MODERATION_OIDC_ROLE_CLAIM": "roles",
            "MODERATION_OIDC_ROLES": "desk admins=administrator, cn=desk=lead",
            "MODERATION_OIDC_ACCOUNTS": "make",
            "MODERATION_DEMO": "false",
            "MODERATION_CHECK_LIMIT": "60",
            "MODERATION_LOG_LEVEL": "WARNING",
            "MODERATION_WEBHOOK_NETWORKS": "10.1.2.0/24 fd00::/8",
            "MODERATION_UNKNOWN": "ignored",
        }
    )
    assert settings.policy_files == (Path("a.toml"), Path("b.toml"))
    assert settings.model_dir == Path("/models/ko")
    assert settings.reload_interval == 10.0
    assert (settings.shadow_policy_files, settings.shadow_model_dir) == (
        (Path("c.toml"),),
        Path("/models/next"),
    )
    assert (settings.model_keys, settings.require_signature) == (("one", "two"), False)
    assert (settings.deadline, settings.body_limit, settings.read_timeout) == (0.5, 4096, 3.0)
    assert settings.signing_key == KEY.encode()
    assert settings.audit_keys[:2] == (KEY.encode(), OLDER.encode())
    assert len(settings.audit_keys) == 3  # the last one is made from the secret key
    assert (settings.demo, settings.log_level, settings.address) == (False, "warning", "https://desk.example")
    assert settings.check_limit == 60
    assert [str(network) for network in settings.trusted_proxies] == ["10.0.0.0/8", "2001:db8::1/128"]
    assert (settings.oidc_issuer, settings.oidc_accounts) == ("https://id.example/realm", "make")
    assert settings.oidc_roles == (("desk admins", "administrator"), ("cn=desk", "lead"))
    assert settings.dialects == ("perspective", "openai")
    assert settings.akismet_true == "held"
    assert [secret.get_secret_value() for secret in settings.coral_secrets] == ["ssec_one", "ssec_two"]
    assert "ssec_one" not in repr(settings)
    assert list(map(str, settings.webhook_networks)) == ["10.1.2.0/24", "fd00::/8"]
    assert set(Settings.model_fields) == {
        "host", "port", "database_url", "policy_files", "model_dir", "model_keys", "require_signature",
        "reload_interval", "deadline", "body_limit", "read_timeout", "secret_key", "akismet_true", "coral_secrets",
        "audit_key", "report_readers", "report_hours", "second_look_share", "trusted_proxies", "public_url",
        "oidc_issuer", "oidc_client_id",
        "oidc_client_secret", "oidc_scopes", "oidc_name_claim", "oidc_role_claim", "oidc_roles", "oidc_accounts",
        "demo", "check_limit", "dialects", "log_level", "shadow_policy_files", "shadow_model_dir",
        "webhook_networks", "keep_rejected", "keep_published", "keep_labels",
    }  # fmt: skip


def test_all_dialects_are_spoken_unless_some_or_none_are_named() -> None:
    assert Settings.from_environment({}).dialects == DIALECTS
    assert Settings.from_environment({"MODERATION_DIALECTS": "None"}).dialects == ()
    assert Settings.from_environment({"MODERATION_DIALECTS": "coral openai"}).dialects == ("coral", "openai")


def test_every_setting_is_described() -> None:
    assert all(field.description for field in Settings.model_fields.values())


def test_the_plain_database_url_is_read_too() -> None:
    assert Settings.from_environment({"DATABASE_URL": "sqlite:///a.db"}).database_url == "sqlite:///a.db"
    both = {"DATABASE_URL": "sqlite:///a.db", "MODERATION_DATABASE_URL": "sqlite:///b.db"}
    assert Settings.from_environment(both).database_url == "sqlite:///b.db"


def test_settings_are_frozen() -> None:
    with pytest.raises(ValidationError):
        Settings().port = 1  # type: ignore[misc]


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({"MODERATION_PORT": "x"}, "`MODERATION_PORT`"),
        ({"MODERATION_PORT": "65536"}, "`MODERATION_PORT`"),
        ({"MODERATION_DEADLINE": "0"}, "`MODERATION_DEADLINE`"),
        ({"MODERATION_BODY_LIMIT": "1"}, "`MODERATION_BODY_LIMIT`"),
        ({"MODERATION_DIALECTS": "perspective,gopher"}, "`MODERATION_DIALECTS`"),
        ({"MODERATION_LOG_LEVEL": "loud"}, "`MODERATION_LOG_LEVEL`"),
        ({"MODERATION_DEMO": "false"}, "`secret_key` is missing"),
        ({"MODERATION_DEMO": "false", "MODERATION_SECRET_KEY": ""}, "`secret_key` is missing"),
        ({"MODERATION_SECRET_KEY": "short"}, "shorter than 32"),
        ({"MODERATION_PUBLIC_URL": "desk.example"}, "`MODERATION_PUBLIC_URL`"),
        ({"MODERATION_PUBLIC_URL": "https://desk.example/path"}, "`MODERATION_PUBLIC_URL`"),
        ({"MODERATION_OIDC_ISSUER": "https://id.example"}, "belong together"),
        ({"MODERATION_OIDC_ROLES": "a=king"}, "`MODERATION_OIDC_ROLES`"),
        ({"MODERATION_TRUSTED_PROXIES": "10.0.0.1/8"}, "`MODERATION_TRUSTED_PROXIES`"),
    ],
)
def test_what_cannot_be_right_stops_the_start(environment: dict[str, str], message: str) -> None:
    """PR-7: also a missing or weak key outside the demo."""
    with pytest.raises(InputError, match=message):
        Settings.from_environment(environment)


def test_secrets_show_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    settings = Settings(
        secret_key="canary-" + KEY,
        audit_key="canary-" + KEY,
        database_url="postgresql://desk:canary@db/comments",
    )
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("test").info("%s %r", settings, settings)
    shown = f"{settings} {settings!r} {settings.model_dump()['secret_key']} {caplog.text}"
    assert "canary" not in shown
    with pytest.raises(InputError) as error:
        Settings.from_environment({"MODERATION_SECRET_KEY": "canary"})
    assert "canary" not in str(error.value)


def test_random_keys_differ() -> None:
    assert Settings().signing_key != Settings().signing_key


@pytest.mark.parametrize(
    ("host", "address"),
    [("127.0.0.1", "http://127.0.0.1:8000"), ("::1", "http://[::1]:8000"), ("0.0.0.0", "http://127.0.0.1:8000"),
     ("::", "http://[::1]:8000"), ("news.example", "http://news.example:8000")],
)  # fmt: skip
def test_where_the_service_is_found(host: str, address: str) -> None:
    assert Settings(host=host).address == address


def test_importing_reads_nothing() -> None:
    """The package is light: no web stack, no numpy, no environment until asked for."""
    code = (
        "import sys, moderation; "
        "heavy = {'starlette', 'sqlalchemy', 'numpy', 'sklearn', 'pydantic'} & set(sys.modules); "
        "assert not heavy, heavy; "
        "assert moderation.ProtectedRoute.__name__ == 'ProtectedRoute'; "
        "from moderation import *"
    )
    environment = {**os.environ, "MODERATION_PORT": "nonsense"}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)


def test_the_audit_is_chained_with_a_key_made_from_the_secret_one() -> None:
    [made] = Settings(secret_key=KEY).audit_keys

    assert made not in (KEY.encode(), Settings(secret_key=OLDER).audit_keys[0])
    assert Settings().audit_keys == ()
    with pytest.raises(InputError, match="`audit_key` has a key shorter than 32 characters"):
        Settings.from_environment({"MODERATION_AUDIT_KEY": f"{KEY} short"})
