"""Rows for street addresses of homes. Streets exist, the people in them are made up."""

from __future__ import annotations

import pytest

from moderation.text.normalize import normalize
from moderation.text.streets import find_homes


def found(body: str) -> list[str]:
    folded = normalize(body).folded
    homes = sorted(find_homes(folded), key=lambda home: home.start - home.end)
    return [folded[home.start : home.end].strip() for home in homes[:1]]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("집 주소는 서울시 강남구 테헤란로 123", "서울시 강남구 테헤란로 123"),
        ("서울특별시 강남구 테헤란로 123, 101동 1203호", "서울특별시 강남구 테헤란로 123, 101동 1203호"),
        ("서울특별시 관악구 신림로 123길 45", "서울특별시 관악구 신림로 123길 45"),
        ("경기도 수원시 영통구 광교로 12번길 34", "경기도 수원시 영통구 광교로 12번길 34"),
        ("부산광역시 사하구 낙동대로550번길 37", "부산광역시 사하구 낙동대로550번길 37"),
        (
            "경기 고양시 일산동구 중앙로 1234 (장항동) 501호",
            "경기 고양시 일산동구 중앙로 1234 (장항동) 501호",
        ),
        ("사는 곳 행복아파트 101동 1203호", "행복아파트 101동 1203호"),
        ("현대아파트 3동 502호 김씨", "현대아파트 3동 502호"),
        ("101동 1203호에 살아요", "101동 1203호"),
        ("그놈 집은 마포구 월드컵로 12길 34", "마포구 월드컵로 12길 34"),
        ("저희 집은 은평구 통일로 12가길 3", "은평구 통일로 12가길 3"),
        ("부산 해운대구 우동 123-45 번지에 산다", "부산 해운대구 우동 123-45"),
        ("역삼동 123-45 2층 사는 김모씨", "역삼동 123-45"),
        ("제주시 연동 123-4 302호", "제주시 연동 123-4 302호"),
        ("여기 사는 놈이다: 해운대구 센텀중앙로 90", "해운대구 센텀중앙로 90"),
        ("자택 서초구 방배로 12", "서초구 방배로 12"),
        ("사는 곳은 정릉로 77", "정릉로 77"),
        ("그 집 주소 세종대로 일이삼", "세종대로 일이삼"),
        ("집 주소 정릉로 １２３", "정릉로 123"),
        ("집 주소 123 Main St", "123 main st"),
        ("He lives at 123 Elm Street", "123 elm street"),
        ("her home address is 45 Oak Avenue", "45 oak avenue"),
        ("my address is 12 Acacia Road, Leeds", "12 acacia road"),
        ("She lives at 1234 N. Maple Ave, apt 5", "1234 n. maple ave, apt 5"),
        ("123 Main St Apt 4B", "123 main st apt 4b"),
        ("Flat 2, 14 High Street is where he lives", "14 high street"),
        ("Lives in flat 4, 18 Park Road", "18 park road"),
        ("their house is at 77 Sunset Blvd", "77 sunset blvd"),
        ("31 Spooner Street is his home", "31 spooner street"),
        ("the family lives at 15B Queen's Gardens", "15b queen's gardens"),
        ("you can find him at 99 Elm Rd", "99 elm rd"),
        ("her current address is 77 W 34th St", "77 w 34th st"),
    ],
)
def test_home(body: str, expected: str) -> None:
    assert found(body) == [expected]


@pytest.mark.parametrize(
    "body",
    [
        "세종대로 110 서울시청 앞 집회",
        "서울 중구 세종대로 110 서울시청에서 기자회견",
        "시청 주소는 세종대로 110",
        "용산구 이태원로 22 대통령실",
        "서초구 서초중앙로 157 서울중앙지법",
        "서울 영등포구 의사당대로 1 국회 앞",
        "서울 중구 을지로 100 앞에서 교통사고",
        "서울 강남구 역삼동 123-4 재개발 현장",
        "테헤란로 152",
        "강남대로 396 앞",
        "을지로 3가",
        "종로 3가 살리기",
        "올림픽대로 3중 추돌",
        "앞으로 10년",
        "최초로 100명",
        "별로 1도 없음",
        "이 길로 2분",
        "퇴근길 3시간",
        "신길 3구역 재개발",
        "행동 1-1",
        "이동 1-2 패배",
        "집 주소를 왜 공개합니까",
        "사는 곳이 서울입니다",
        "강남에서 20년 살고 있습니다",
        "집값이 20억",
        "집 앞 3분",
        "우리집 3층",
        "반포주공 1단지",
        "은마아파트 31평 25억",
        "아파트 101동 주민 대표",
        "1호 2호 3호 처분",
        "고리 1호기 2호기",
        "302호 법정에서 재판",
        "아파트 3동 5호선",
        "집으로 2명",
        "10 Downing Street",
        "The president lives at 1600 Pennsylvania Avenue",
        "The office is at 200 Main Street",
        "a protest at 100 Queen Street",
        "visit us at 200 Main Street",
        "the mayor's address at 200 Main Street",
        "Address the 100 road closures",
        "42nd Street musical",
        "lived there for 20 years in a way",
        "living at 90 percent of the way",
        "his house is 100 feet from the road",
        "her home is 10 minutes from Main Street",
        "He lives 3 miles down the road",
        "living on 1200 dollars a month",
        "my house is worth 500,000",
        "Wall Street lost 400 points",
        "9 to 5 way",
    ],
)
def test_no_home(body: str) -> None:
    assert found(body) == []
