"""Rooms in a database, SQLite and PostgreSQL alike: what is confirmed is there, what is refused leaves no trace."""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select, text, update
from support.postgres import Postgres
from support.rooms import Clock, Site, small_plan

from models.errors import Refused
from policy.comparison import compare
from policy.outcomes.scorecard import METRICS
from policy.outcomes.scores import all_scores
from policy.spec import parse_policy
from ui.rooms import database, plan, rules
from ui.rooms.database import StoreDown
from ui.rooms.plan import bare
from ui.rooms.results import results
from ui.rooms.rules import DISCUSS, MINUTES, PREDICT, REVEAL, SUBMIT, VOTE, Prediction
from ui.rooms.store import LEASE, RoomStore
from ui.rooms.tables import RETURNS, ROOMS, SCHEMA, SEATS

pytestmark = pytest.mark.xdist_group("rooms")
FALLS = Prediction(rules.FALLS, 10.0)


def fast(pace: float):
    return lambda room: plan.from_levers(room, "outright", {"outright.pace_bn": str(pace)})


def compute(site: Site) -> int:
    """What the server's worker does, here and now; how many policies it ran."""
    count = 0
    while (job := site.store.claim(plan.BATCH)) is not None:
        screen = job.plan.screen
        site.store.finish(job.code, results(screen.world, job.policies, screen.paths, screen.seed))
        count += len(job.policies)
    return count


def test_a_whole_session_is_kept_and_agrees_with_a_comparison(site: Site) -> None:
    store = site.store
    code, host = site.room()
    ana, ben = site.seats(code, "Ana", "Ben")
    store.predict(code, ana, FALLS, "outright")
    store.predict(code, ana, Prediction(rules.RISES, 2.0), "none")
    store.advance(code, host, PREDICT.name)
    store.advance(code, host, PREDICT.name)  # a second click is no second step
    assert store.view(code).phase == SUBMIT
    store.submit(code, ana, fast(60))
    store.submit(code, ana, fast(80))
    label = "Ben's own"
    screen = plan.submitted(small_plan(), parse_policy(f"{label}=hedged-auction:penalty_bp=30"))
    store.submit(code, ben, lambda room: plan.from_document(room, screen))
    assert compute(site) == 5 and compute(site) == 0  # none, the one asked about, and three submitted
    site.to(code, host, DISCUSS)
    store.move_together(code, host, store.view(code).entries[1].policy, "outright.pace_bn")
    store.move(code, ana, "100")
    compute(site)
    site.to(code, host, VOTE)
    view = store.view(code)
    store.vote(code, ben, "hedged-auction", view.entries[2].id)
    site.to(code, host, MINUTES)

    view = RoomStore(store.source, store.told, site.clock).view(code)  # as another server reads it
    assert view.names == {1: "Ana", 2: "Ben"} and view.before == {1: "none"}
    assert view.predictions == {1: Prediction(rules.RISES, 2.0)}
    assert [e.bare for e in view.entries] == [
        "outright",
        "outright:pace_bn=80",
        "hedged-auction:penalty_bp=30",
    ]
    assert view.entries[2].policy.label == label and view.votes[2].entry == view.entries[2].id
    assert [step.value for step in view.trail] == [80.0, 100.0]
    policies = [parse_policy(f"p{k}={e.bare}") for k, e in enumerate(view.entries)]
    comparison = compare(view.plan.screen.world, policies, view.plan.screen.paths, view.plan.screen.seed)
    scored = all_scores(comparison)
    for row in METRICS:
        figures = [row.headline(one.values[row.key]) for one in scored]
        kept = [view.results[name].values[row.key] for name in ("none", *(e.bare for e in view.entries))]  # type: ignore[union-attr]
        assert kept == figures
    numbers = [version for _, version, _ in site.told]
    assert numbers == sorted(set(numbers)) and view.version == numbers[-1]


def test_sixty_submit_at_once_and_all_are_kept_and_run_once(site: Site) -> None:
    code, host = site.room()
    seats = site.seats(code, *(f"Seat {k}" for k in range(60)))
    site.to(code, host, SUBMIT)
    failed: list[Exception] = []

    def submit(k: int) -> None:
        try:
            site.store.submit(code, seats[k], fast(40 + k // 4))
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=submit, args=(k,)) for k in range(60)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    view = site.store.view(code)
    assert sorted(e.bare for e in view.entries if e.seat) == sorted(
        bare(fast(40 + k // 4)(view.plan)) for k in range(60)
    )
    assert compute(site) == len({e.bare for e in view.entries}) + 1 == 16


def test_refusals_are_in_words_and_disturb_nobody(site: Site) -> None:
    store = site.store
    code, host = site.room(full=False)
    (ana,) = site.seats(code, "Ana")
    before = store.view(code)
    refused = [
        ("taken", lambda: store.join(code, " ANA ", rules.new_secret())),
        ("no room", lambda: store.join("ZZZZZZ", "Cleo", rules.new_secret())),
        ("not begun", lambda: store.submit(code, ana, fast(50))),
        ("no seat", lambda: store.predict(code, rules.new_secret(), FALLS, "none")),
        ("one of", lambda: store.predict(code, ana, FALLS, "helicopter")),
        ("facilitator", lambda: store.advance(code, ana, PREDICT.name)),
        ("facilitator", lambda: store.close(code, rules.new_secret())),
        ("not begun", lambda: store.vote(code, ana, "none", None)),
        ("not begun", lambda: store.move(code, ana, "1")),
    ]
    for words, act in refused:
        with pytest.raises(Refused, match=words):
            act()
    site.to(code, host, SUBMIT)
    document = plan.submitted(small_plan(), parse_policy("outright"))
    for words, read in [
        ("levers only", lambda room: plan.from_document(room, document)),
        ("must be between", fast(9999)),
        ("must be a number", lambda room: plan.from_levers(room, "outright", {"outright.pace_bn": "many"})),
        ("unknown policy", lambda room: plan.from_levers(room, "rate-cut", {})),
    ]:
        with pytest.raises(Refused, match=words):
            store.submit(code, ana, read)
    now = store.view(code)
    assert (now.seats, now.predictions, len(now.entries)) == (before.seats, {}, 1)
    site.clock.now += 100
    store.time(code, host, 1.0)
    site.clock.now += 61 + rules.GRACE
    with pytest.raises(Refused, match="time"):
        store.submit(code, ana, fast(50))
    store.time(code, host, None)
    store.submit(code, ana, fast(50))
    store.join(code, "Another name", ana)  # has a seat already and keeps it
    assert [seat.name for seat in store.view(code).seats] == ["Ana"]


def test_a_room_is_full_at_two_hundred_and_gone_when_it_expires(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.rooms.store.MOST_SEATS", 3)
    code, _ = site.room()
    other, other_host = site.room()
    ana, *_ = site.seats(code, "Ana", "Ben", "Cleo")
    with pytest.raises(Refused, match="full"):
        site.store.join(code, "Dan", rules.new_secret())
    site.store.join(other, "Ana", ana)
    site.store.close(other, other_host)
    site.clock.now += rules.LIVES + 1
    with pytest.raises(Refused, match="expired"):
        site.store.view(code)
    with pytest.raises(Refused, match="expired"):
        site.store.predict(code, ana, FALLS, "none")
    assert site.store.sweep() == 1 and site.store.version(code) is None
    with site.store.source.connect() as db:
        assert db.execute(select(SEATS)).all() == []


def test_no_secret_is_kept_as_it_is(site: Site) -> None:
    code, host = site.room()
    (ana,) = site.seats(code, "Ana")
    key = site.store.way_back(code, host, site.store.view(code).seats[0].id)
    with site.store.source.connect() as db:
        told = "".join(str(db.execute(select(table)).all()) for table in (ROOMS, SEATS, RETURNS))
    assert host not in told and ana not in told and rules.hashed(ana) in told
    assert key not in told and rules.hashed(key) in told
    assert host not in repr(site.store.view(code)) and rules.hashed(ana) not in repr(site.store.view(code))


def test_a_lost_seat_is_taken_up_again_once_and_by_nobody_else(site: Site) -> None:
    store = site.store
    code, host = site.room()
    ana, ben = site.seats(code, "Ana", "Ben")
    store.predict(code, ana, FALLS, "outright")
    seat = store.seat(code, ana)
    assert seat is not None
    with pytest.raises(Refused, match="ask the facilitator for a way back"):
        store.join(code, "ana", rules.new_secret())
    with pytest.raises(Refused, match="only the facilitator"):
        store.way_back(code, ben, seat.id)
    elsewhere, _ = site.room()
    for room, number in ((code, 99), (elsewhere, seat.id)):
        with pytest.raises(Refused):
            store.way_back(room, host, number)

    replaced, key = store.way_back(code, host, seat.id), store.way_back(code, host, seat.id)
    assert store.returning(code, key) == store.returning(code, key) == seat  # looking takes nothing
    for wrong in (replaced, rules.new_secret(), ana):
        with pytest.raises(Refused, match="leads to no seat"):
            store.come_back(code, wrong, rules.new_secret())
    with pytest.raises(Refused, match="leads to no seat"):
        store.come_back(elsewhere, key, rules.new_secret())
    fresh = rules.new_secret()
    store.come_back(code, key, fresh)
    assert store.seat(code, fresh) == seat and store.seat(code, ana) is None and store.seat(code, ben)
    store.predict(code, fresh, Prediction(rules.RISES, 2.0), "none")
    assert store.view(code).predictions == {seat.id: Prediction(rules.RISES, 2.0)}
    with pytest.raises(Refused, match="leads to no seat"):
        store.come_back(code, key, rules.new_secret())

    late = store.way_back(code, host, seat.id)
    site.clock.now += rules.RETURNS_FOR
    with pytest.raises(Refused, match="leads to no seat"):
        store.come_back(code, late, rules.new_secret())


def test_two_who_open_a_way_back_at_once_get_one_seat(site: Site) -> None:
    code, host = site.room()
    (ana,) = site.seats(code, "Ana")
    seat = site.store.seat(code, ana)
    assert seat is not None
    key, secrets = site.store.way_back(code, host, seat.id), [rules.new_secret() for _ in range(8)]

    def come(secret: str) -> None:
        with suppress(Refused):
            site.store.come_back(code, key, secret)

    threads = [threading.Thread(target=come, args=(secret,)) for secret in secrets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(site.store.seat(code, secret) == seat for secret in secrets) == 1


def test_work_of_a_worker_that_went_away_is_taken_up(site: Site) -> None:
    code, host = site.room()
    site.to(code, host, SUBMIT)
    assert site.store.claim(1) is not None and site.store.claim(8) is not None and site.store.claim(8) is None
    site.clock.now += LEASE + 1
    assert compute(site) == 2 and all(site.store.view(code).results.values())


def test_a_database_of_another_schema_is_refused(site: Site) -> None:
    site.room()
    with site.store.source.begin() as db:
        db.execute(text("UPDATE backstop_schema SET number = 7"))
    with pytest.raises(Refused, match="schema 7"):
        RoomStore(site.store.source, lambda *_: None).version("ABCDEF")


def test_a_database_without_ways_back_gets_them_and_keeps_its_rooms(site: Site) -> None:
    code, host = site.room()
    (ana,) = site.seats(code, "Ana")
    with site.store.source.begin() as db:
        db.execute(text("DROP TABLE returns"))
        db.execute(text("UPDATE backstop_schema SET number = 1"))
    store = RoomStore(site.store.source, lambda *_: None, site.clock)
    seat = store.seat(code, ana)
    assert seat is not None and store.returning(code, store.way_back(code, host, seat.id)) == seat
    with store.source.begin() as db:
        assert db.scalar(text("SELECT number FROM backstop_schema")) == SCHEMA


def test_a_database_of_other_programs_is_refused(tmp_path: Path) -> None:
    source = database.engine(database.address(str(tmp_path / "theirs.sqlite")))
    with source.begin() as db:
        db.execute(text("CREATE TABLE rooms (floor INTEGER)"))
    with pytest.raises(Refused, match="other programs"):
        RoomStore(source, lambda *_: None).version("ABCDEF")


@pytest.mark.parametrize(
    "given", ["mysql://u:hush@h/d", "postgresql+asyncpg://u:hush@h/d", "://hush", "sqlite://"]
)
def test_an_address_that_cannot_be_used_is_refused_without_its_password(given: str) -> None:
    with pytest.raises(Refused, match="must be a file") as refusal:
        database.address(given)
    assert "hush" not in str(refusal.value)


def test_a_stopped_database_is_said_and_healed(postgres: Postgres) -> None:
    source = database.engine(database.address(postgres.address()))
    site = Site(RoomStore(source, lambda *_: None), Clock())
    code, host = site.room()
    (ana,) = site.seats(code, "Ana")
    postgres.stop()
    try:
        for act in (lambda: site.store.view(code), lambda: site.store.predict(code, ana, FALLS, "none")):
            with pytest.raises(StoreDown):
                act()
    finally:
        postgres.start()
    site.store.predict(code, ana, FALLS, "none")
    assert site.store.view(code).predictions == {1: FALLS} and site.store.hosts(code, host)
    source.dispose()


def test_a_plan_is_read_back_as_it_was_written() -> None:
    own = small_plan()
    assert plan.from_toml(plan.to_toml(own)) == own
    for words, changes in [
        ("kinds", {"kinds": ()}),
        ("policy of a room", {"kinds": ("none",)}),
        ("lever", {"levers": ("outright.start",)}),
        ("unknown outcome", {"outcome": "luck"}),
        ("no action stands", {"asked": parse_policy("none")}),
        ("question", {"question": ""}),
    ]:
        with pytest.raises(Refused, match=words):
            plan.from_toml(plan.to_toml(replace(own, **changes)))  # type: ignore[arg-type]
    with pytest.raises(Refused, match="at most 256"):
        plan.locked(replace(own.screen, paths=300))
    with pytest.raises(Refused, match="no plan"):
        plan.from_toml('question = "?"')


def test_a_policy_of_the_sandbox_is_taken_as_everywhere() -> None:
    own = small_plan()
    both = plan.submitted(own, parse_policy("A=outright")).replace(
        '"A=outright",', '"A=outright", "B=outright:pace_bn=9",'
    )
    assert plan.from_document(own, both, "B").interventions[0].pace_bn == 9  # type: ignore[attr-defined]
    for words, document, label in [
        ("which policy", both, ""),
        ("which policy", both, "C"),
        ("this room allows", plan.submitted(own, parse_policy("rate-cut")), ""),
        ("not valid TOML", "a = ", ""),
        ("no saved screen", "a = 1", ""),
        ("262,145", "#" * 262_145, ""),
        ("out of bounds", both.replace("pace_bn=9", "pace_bn=900"), "B"),
        ("refused", both.replace("B=outright", "B=@/etc/passwd"), "B"),
    ]:
        with pytest.raises(Refused, match=words):
            plan.from_document(own, document, label)
    with pytest.raises(Refused, match="no action"):
        plan.from_levers(own, "outright", {}) and plan.fits(own.screen, parse_policy("none"))


def test_a_timer_and_authors_are_news_and_others_moves_are_not(site: Site) -> None:
    code, host = site.room()
    (ana,) = site.seats(code, "Ana")
    first = site.store.view(code)
    site.store.predict(code, ana, FALLS, "none")
    assert site.store.view(code).news == first.news
    site.store.time(code, host, 2.0)
    site.store.show_authors(code, host, True)
    now = site.store.view(code)
    assert now.news == first.news + 2 and now.left(site.clock.now) == 120.0 and now.authors
    with site.store.source.begin() as db:
        db.execute(update(ROOMS).values(phase=REVEAL.name))
    assert site.store.view(code).shown
