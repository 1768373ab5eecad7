"""Rows for payment cards and bank accounts. All numbers are made up or the schemes' test numbers."""

from __future__ import annotations

import pytest

from moderation.text.accounts import find_accounts, find_cards
from moderation.text.digits import read_digits
from moderation.text.normalize import normalize
from moderation.text.numbers import Number, find_numbers


def numbers_of(body: str) -> tuple[str, list[Number]]:
    folded = normalize(body).folded
    return folded, list(find_numbers(folded, read_digits(folded) or folded))


def found(body: str) -> list[str]:
    folded, numbers = numbers_of(body)
    return [folded[one.start : one.end] for one in find_accounts(folded, numbers)]


def cards(body: str) -> list[str]:
    folded, numbers = numbers_of(body)
    return [folded[one.start : one.end] for one in find_cards(folded, numbers)]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("신한 110-000-123456 여기로 입금", "110-000-123456"),
        ("국민은행 123456-01-123456", "123456-01-123456"),
        ("카카오뱅크 3333-01-1234567", "3333-01-1234567"),
        ("카뱅 3333 01 1234567", "3333 01 1234567"),
        ("농협 301-0000-1234-51", "301-0000-1234-51"),
        ("우리 1002-000-123456", "1002-000-123456"),
        ("하나 123-456789-01234", "123-456789-01234"),
        ("계좌번호는 110123456789", "110123456789"),
        ("입금은 110-123-456789로", "110-123-456789"),
        ("토스뱅크 1000-0000-1234 로 보내주세요", "1000-0000-1234"),
        ("예금주 홍길동 123456-78-901234", "123456-78-901234"),
        ("110-000-123456 신한", "110-000-123456"),
        ("1. 110-000-123456 국민은행", "110-000-123456"),
        ("신한 110-000-123456 50000원", "110-000-123456"),
        ("계좌 일일공-공공공-일이삼사오육", "일일공-공공공-일이삼사오육"),
        ("계좌 : 1 1 0 - 0 0 0 - 1 2 3 4 5 6", "1 1 0 - 0 0 0 - 1 2 3 4 5 6"),
        ("１１０－０００－１２３４５６ 신한은행", "110-000-123456"),
        ("후원계좌 국민 123-45-6789-012", "123-45-6789-012"),
        ("account number 1234567890", "1234567890"),
        ("send it to account 110-123-456789", "110-123-456789"),
        ("my bank account 1234-5678-9012", "1234-5678-9012"),
        ("acct no 123456789012", "123456789012"),
        ("please transfer to 110-000-123456", "110-000-123456"),
        ("HSBC 123-456789-012", "123-456789-012"),
        ("IBAN GB29 NWBK 6016 1331 9268 19", "gb29 nwbk 6016 1331 9268 19"),
        ("DE89370400440532013000 please", "de89370400440532013000"),
    ],
)
def test_account(body: str, expected: str) -> None:
    assert found(body) == [expected]


@pytest.mark.parametrize(
    "body",
    [
        "110-000-123456",
        "계좌이체 수수료 면제 은행",
        "계좌번호 12자리",
        "입금 10000000000원",
        "계좌에 1000000000000원 있다던데",
        "송금 한도 5000000000원",
        "통장 잔고 1234567890원",
        "우리 1000-2000-3000 정도",
        "우리 2024-2025-2026 계획",
        "신한 2024 1234 5678 골",
        "은행 2024-01-05-0012 공고",
        "은행 20240105134530",
        "국민 123-4567 이라",
        "국민은행 080-123-4567",
        "하나은행 1599-1111",
        "카카오뱅크 323410 주가",
        "사업자등록번호 123-45-67890 농협",
        "은행 법인 110111-1234567",
        "후원 2024.01.01-2024.12.31",
        "주문 110-000-123456 입금",
        "토스트 110-000-123456",
        "account closed in 2019-2020",
        "on account of 1234567890 dollars",
        "Twitter account suspended 3 times",
        "order number 110-123-456789",
        "my account balance 1,000,000,000",
        "the account of 1945-1950 events",
        "transfer fee 100,000,000 euros",
        "bank run 1929-1933",
        "Bank of Korea rate 3.25 3.50 3.25",
        "GB29 NWBK 6016 1331 9268 18",
        "wire 12 gauge 120 volts",
    ],
)
def test_no_account(body: str) -> None:
    assert found(body) == []


def test_an_account_beside_its_sort_code() -> None:
    assert found("sort code 12-34-56 account 12345678")[-1] == "12345678"
    assert found("account 12345678") == []


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("card 5555 5555 5555 4444 exp 01/30", "5555 5555 5555 4444"),
        ("4111-1111-1111-1111", "4111-1111-1111-1111"),
        ("4111111111111111", "4111111111111111"),
        ("4111.1111.1111.1111", "4111.1111.1111.1111"),
        ("3782 822463 10005", "3782 822463 10005"),
        ("카드번호 4242 4242 4242 4242", "4242 4242 4242 4242"),
        ("5105105105105100 내 카드", "5105105105105100"),
        ("4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1", "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1"),
        ("４２４２－４２４２－４２４２－４２４２", "4242-4242-4242-4242"),
        ("사일일일 일일일일 일일일일 일일일일 카드", "사일일일 일일일일 일일일일 일일일일"),
        ("my visa is 4012888888881881", "4012888888881881"),
        ("6011 1111 1111 1117", "6011 1111 1111 1117"),
        ("3530111333300000", "3530111333300000"),
        ("30569309025904 diners card", "30569309025904"),
        ("2024 4111 1111 1111 1111", "4111 1111 1111 1111"),
    ],
)
def test_card(body: str, expected: str) -> None:
    assert cards(body) == [expected]


@pytest.mark.parametrize(
    "body",
    [
        "4111 1111 1111 1112",  # its check digit is wrong
        "1234 5678 9012 3456",
        "0000 0000 0000 0000",
        "8888 8888 8888 8888",
        "30569309025904",  # may be anything without a word about cards
        "order 4111111111111111",
        "송장번호 4111-1111-1111-1111",
        "invoice 4242-4242-4242-4242",
        "4111-1111-1111-1111-1",
        "AB4111111111111111",
        "0.4111111111111111",
        "https://a.example/4111111111111111",
        "3.141592653589793238",
        "1.4142135623730951",
        "카드 수수료 42조 1234억",
        "카드 번호 앞 4자리는 4111",
        "credit card debt hit 1,129,000,000,000",
        "Score card 72-71-70-69",
        "1000 2000 3000 4000",
    ],
)
def test_no_card(body: str) -> None:
    assert cards(body) == []
