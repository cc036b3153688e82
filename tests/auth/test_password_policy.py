"""Which passwords are taken: long enough and hard to guess, without rules of composition."""

import unicodedata
from pathlib import Path

import pytest

from tests.auth.test_passwords import forgot, reset
from tests.support.browser import login, refused
from tests.support.post import Post
from tests.support.world import PASSWORD, World

COMMON = Path(__file__).parents[1] / "data" / "passwords" / "refused.txt"


@pytest.mark.parametrize(
    ("password", "status"),
    [
        ("vq7 kettle zbr", 422),  # 14
        ("vq7 kettle zbrs", 204),  # 15
        ("vq7 kettle zbr " * 8 + "12345678", 204),  # 128
        ("vq7 kettle zbr " * 8 + "123456789", 422),  # 129
        ("ż" * 3 + " kettle é zbr", 204),
        (unicodedata.normalize("NFD", "éèàùç kettle zb"), 204),
        (unicodedata.normalize("NFD", "éèàùç kettle z"), 422),
        ("ＫＥＴＴＬＥ　ｚｂｒ　７７　ｑ", 204),
    ],
)
async def test_sec_P1_length_is_counted_after_nfc(
    world: World, post: Post, password: str, status: int
) -> None:
    person = await world.person()
    await forgot(world, person.email)
    token = await post.link(person.email, "password/reset")
    assert (await reset(world, token, password))[0] == status
    if status == 204:
        typed = unicodedata.normalize("NFC", password)
        assert (await login(world.client(), person, typed)).status_code == 200


async def test_sec_P1_nothing_is_cut_off(world: World, post: Post) -> None:
    person = await world.person()
    await forgot(world, person.email)
    token = await post.link(person.email, "password/reset")
    long = ("violet tractor sings at noon, " * 3)[:72]
    assert await reset(world, token, f"{long}A") == (204, None)
    assert (await login(world.client(), person, f"{long}B")).status_code == 401
    assert (await login(world.client(), person, long)).status_code == 401
    assert (await login(world.client(), person, f"{long}A")).status_code == 200


def test_sec_P1_the_minimum_is_a_setting_never_under_twelve(world: World) -> None:
    from api.core.settings import Settings  # noqa: PLC0415

    values = world.settings.model_dump()
    assert Settings(**{**values, "password_min_length": 12}).password_min_length == 12
    for length in (11, 0, -1, 129):
        with pytest.raises(ValueError, match="password_min_length"):
            Settings(**{**values, "password_min_length": length})


async def test_sec_P2_common_breached_and_brand_passwords_are_refused(
    world: World, post: Post
) -> None:
    samples = COMMON.read_text("utf-8").splitlines()
    assert len(samples) >= 200
    person = await world.person()
    await world.set_user(person, first_name="Guinevere", last_name="Abernathy")
    await forgot(world, person.email)
    token = await post.link(person.email, "password/reset")
    own = [
        f"{person.email}",
        "guinevereabernathy",
        "Guinevere.Abernathy1",
        f"{person.email.partition('@')[0]}-2026!",
    ]
    accepted = []
    for sample in [*samples, *own]:
        password = sample if len(sample) >= 15 else (sample * 15)[:15]
        if await reset(world, token, password) != (422, "weak_password"):
            accepted.append(password)
            await forgot(world, person.email)
            token = await post.link(person.email, "password/reset")
    assert accepted == []


@pytest.mark.parametrize(
    "password",
    [
        PASSWORD + " 9",
        "my dog ate 3 green apples",
        "blauwe fiets regen koffie",
        "Une phrase de passe bien longue",
        "Zebra-Kiwi-Lampe-77",
        "T8r-9qLmz2-xxYk41",
    ],
)
async def test_sec_P2_there_are_no_rules_of_composition(
    world: World, post: Post, password: str
) -> None:
    person = await world.person()
    await forgot(world, person.email)
    assert await reset(world, await post.link(person.email, "password/reset"), password) == (
        204,
        None,
    )


async def test_sec_P2_the_present_password_is_no_new_one(world: World, post: Post) -> None:
    person = await world.person()
    await forgot(world, person.email)
    token = await post.link(person.email, "password/reset")
    answer = await world.client(**{"Accept-Language": "en"}).post(
        "/auth/password/reset", json={"token": token, "password": PASSWORD}
    )
    assert refused(answer) == (422, "weak_password")
    assert answer.json()["errors"][0]["code"] == "same"
    assert "present password" in answer.json()["detail"]
