from __future__ import annotations

import ipaddress
import json
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from standardwebhooks import Webhook, WebhookVerificationError

from moderation.store.outbox import Endpoint
from moderation.store.outbox.endpoints import new_secret
from moderation.webhooks.sending import Sender
from moderation.webhooks.signing import signature_headers

from .receivers import receiving

LOOPBACK = [ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("::1/128")]
BODY = json.dumps({"type": "comment.held", "data": {"text": "글"}}, ensure_ascii=False).encode()
SENDER = Sender(LOOPBACK, timeout=5)


def endpoint(url: str, *secrets: str) -> Endpoint:
    return Endpoint("ep_1", url, (), False, secrets or (new_secret(),), datetime.now(UTC))


@contextmanager
def speaking(answer: bytes, *, every: float = 0) -> Iterator[str]:
    """A server that answers these bytes, whatever it is asked, and one at a time if so told."""
    listener = socket.create_server(("127.0.0.1", 0))
    stopping = threading.Event()

    def serve() -> None:
        while not stopping.is_set():
            line, _ = listener.accept()
            with line:
                try:
                    line.recv(65_536)
                    for place in range(len(answer)) if every else ():
                        line.sendall(answer[place : place + 1])
                        time.sleep(every)
                    line.sendall(b"" if every else answer)
                except OSError:
                    pass

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    finally:
        stopping.set()
        socket.create_connection(listener.getsockname()).close()
        thread.join()
        listener.close()


class TestSigned:
    def test_a_receiver_with_the_public_library_believes_it(self) -> None:
        with receiving() as receiver:
            told = endpoint(receiver.url)
            outcome = SENDER.send(told, "msg_1", BODY)
        assert (outcome.status, outcome.fault) == (204, None)
        (got,) = receiver.got
        assert got.path == "/hooks?site=1"
        assert got.headers["content-type"] == "application/json"
        assert got.headers["host"] == receiver.url.split("/")[2]
        assert Webhook(told.secrets[0]).verify(got.body, got.headers) == json.loads(BODY)

    def test_old_and_new_secret_both_fit_while_they_rotate(self) -> None:
        with receiving() as receiver:
            told = endpoint(receiver.url, new_secret(), new_secret())
            SENDER.send(told, "msg_1", BODY)
        (got,) = receiver.got
        for secret in told.secrets:
            Webhook(secret).verify(got.body, got.headers)
        with pytest.raises(WebhookVerificationError):
            Webhook(new_secret()).verify(got.body, got.headers)

    def test_another_body_id_or_time_does_not_fit(self) -> None:
        secret, now = new_secret(), int(time.time())
        headers = signature_headers("msg_1", now, BODY, [secret])
        Webhook(secret).verify(BODY, headers)
        for body, change in [
            (BODY + b" ", {}),
            (BODY, {"webhook-id": "msg_2"}),
            (BODY, {"webhook-timestamp": str(now - 1)}),
            (BODY, {"webhook-timestamp": str(now - 3_600)}),
        ]:
            with pytest.raises(WebhookVerificationError):
                Webhook(secret).verify(body, {**headers, **change})


class TestAnswers:
    @pytest.mark.parametrize("status", [200, 202, 299])
    def test_whatever_says_yes_is_yes(self, status: int) -> None:
        with receiving(lambda request: (status, {}, b"thanks")) as receiver:
            assert SENDER.send(endpoint(receiver.url), "msg_1", BODY).fault is None

    def test_redirects_are_not_followed(self) -> None:
        with receiving() as other, receiving(lambda request: (307, {"location": other.url}, b"")) as receiver:
            outcome = SENDER.send(endpoint(receiver.url), "msg_1", BODY)
        assert outcome.fault == "answered 307; redirects are not followed"
        assert other.got == []

    @pytest.mark.parametrize(
        ("said", "seconds"),
        [
            ("120", 120),
            ("0", 0),
            ("9" * 30, 999_999_999),
            ("soon", None),
            ("-5", None),
            ("", None),
            ("1e3", None),
        ],
    )
    def test_retry_after_in_seconds(self, said: str, seconds: float | None) -> None:
        with receiving(lambda request: (503, {"retry-after": said}, b"")) as receiver:
            outcome = SENDER.send(endpoint(receiver.url), "msg_1", BODY)
        assert (outcome.status, outcome.fault, outcome.retry_after) == (503, "answered 503", seconds)

    def test_retry_after_as_a_date(self) -> None:
        at = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
        with receiving(lambda request: (429, {"retry-after": at}, b"")) as receiver:
            outcome = SENDER.send(endpoint(receiver.url), "msg_1", BODY)
        assert outcome.retry_after is not None
        assert 3_000 < outcome.retry_after <= 3_600

    def test_an_endless_answer_costs_nothing(self) -> None:
        with receiving(lambda request: (200, {}, b"x" * 30_000_000)) as receiver:
            assert SENDER.send(endpoint(receiver.url), "msg_1", BODY).status == 200

    @pytest.mark.parametrize(
        "answer",
        [
            b"",
            b"SSH-2.0-OpenSSH_9.9\r\n",
            b"HTTP/1.1 abc\r\n\r\n",
            b"HTTP/1.1 200 OK\r\n" + b"x-header: y\r\n" * 200 + b"\r\n",
            b"HTTP/1.1 200 " + b"a" * 70_000,
            b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        ],
        ids=["nothing", "other protocol", "no number", "many headers", "long line", "bad chunk"],
    )
    def test_what_is_no_answer_is_a_fault_that_quotes_nothing(self, answer: bytes) -> None:
        with speaking(answer) as url:
            outcome = SENDER.send(endpoint(url), "msg_1", BODY)
        assert outcome.status is None
        assert outcome.fault is not None
        assert outcome.fault.startswith("no usable answer: `")

    def test_a_drop_at_a_time_does_not_hold_the_line(self) -> None:
        with speaking(b"HTTP/1.1 200 OK\r\nx: " + b"y" * 400, every=0.05) as url:
            outcome = Sender(LOOPBACK, timeout=0.5).send(endpoint(url), "msg_1", BODY)
        assert outcome.fault == "no answer within 0.5 seconds"

    def test_silence_is_given_up(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
            outcome = Sender(LOOPBACK, timeout=0.3).send(endpoint(url), "msg_1", BODY)
        assert outcome.fault == "no answer within 0.3 seconds"

    def test_a_closed_door_and_an_unknown_name_are_faults(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        refused = SENDER.send(endpoint(f"http://127.0.0.1:{port}/"), "msg_1", BODY)
        assert refused.fault == "no usable answer: `ConnectionRefusedError`"
        unknown = SENDER.send(endpoint("https://nowhere.invalid/"), "msg_1", BODY)
        assert unknown.fault == "no usable answer: `gaierror`"


class TestWhere:
    @pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]"])
    def test_nothing_private_unless_it_is_allowed(self, host: str) -> None:
        with receiving() as receiver:
            port = receiver.url.split(":")[2].partition("/")[0]
            outcome = Sender().send(endpoint(f"http://{host}:{port}/"), "msg_1", BODY)
        assert outcome.fault is not None
        assert "the address is not public" in outcome.fault
        assert receiver.got == []

    def test_proxies_of_the_environment_are_not_asked(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with receiving() as proxy, receiving() as receiver:
            for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
                monkeypatch.setenv(name, proxy.url)
            SENDER.send(endpoint(receiver.url), "msg_1", BODY)
        assert (len(receiver.got), proxy.got) == (1, [])


class TestTls:
    def test_a_trusted_certificate_of_that_name_is_needed(self, tmp_path: Path) -> None:
        _write_certificate(tmp_path / "pair.pem", "localhost")
        server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server.load_cert_chain(tmp_path / "pair.pem")
        trusting = Sender(LOOPBACK, timeout=5, tls=ssl.create_default_context(cafile=tmp_path / "pair.pem"))
        with receiving(tls=server) as receiver:
            assert trusting.send(endpoint(receiver.url), "msg_1", BODY).status == 204
            untrusted = SENDER.send(endpoint(receiver.url), "msg_2", BODY)
            other_name = trusting.send(
                endpoint(receiver.url.replace("localhost", "127.0.0.1")), "msg_3", BODY
            )
        assert receiver.ids == ["msg_1"]
        for outcome in (untrusted, other_name):
            assert outcome.fault is not None
            assert outcome.fault.startswith("the certificate is not trusted: ")


def _write_certificate(file: Path, name: str) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    file.write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(pem)
    )
