"""The phones' routes: join by code, and in the room predict, submit, move, vote; and a line that says when to look again."""

from __future__ import annotations

import functools
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from models.documents import DOCUMENT
from models.errors import Refused
from policy.spec import Policy
from ui.menu import path as page_path
from ui.rooms import doors, minutes, phone, phone_room, plan, quiz, rules, switch, words
from ui.rooms.database import DOWN, StoreDown
from ui.rooms.house import House
from ui.rooms.hub import MOST_LISTENERS
from ui.rooms.phone import Phone
from ui.rooms.plan import RoomPlan
from ui.rooms.store import NO_SEAT
from ui.rooms.views import RoomSeat, RoomView

MOST_FIELDS = 40
LARGEST_POST = 600_000  # bytes: a document as text of a form, escaped, and everything beside it
HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "referrer-policy": "same-origin",  # without a referrer browsers do not say from which site a form comes
    "cache-control": "no-store",
}
EVENTS = {"cache-control": "no-store", "x-accel-buffering": "no"}
Handler = Callable[[Request, House], Awaitable[Response]]


def html(text: str, status: int = 200) -> HTMLResponse:
    return HTMLResponse(text, status, HEADERS)


def on(address: str) -> RedirectResponse:
    """On to another page, by GET."""
    return RedirectResponse(address, 303, {"cache-control": "no-store"})


def prefix_of(rooms: House) -> str:
    """Where our routes begin, behind a proxy that gives the app a folder."""
    return urlsplit(rooms.base).path.rstrip("/")


def guarded(handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    """A route as it answers whatever happens: rooms off, a post from elsewhere, a refusal, a database that is away."""

    @functools.wraps(handler)
    async def route(request: Request) -> Response:
        rooms = switch.house()
        if rooms is None:
            return html(phone.message("Rooms are off", switch.OFF.replace("`", ""), ""), 404)
        request.state.fields = {}
        try:
            if request.method == "POST":
                doors.own_page(request, rooms.base)
                request.state.fields = await _fields(request)
            return await handler(request, rooms)
        except Refused as refusal:
            return html(phone.message("Not taken", refusal.told, prefix_of(rooms), _way(rooms)), 422)
        except StoreDown:
            return html(phone.down(DOWN, prefix_of(rooms), request.state.fields), 503)

    return route


def _way(rooms: House) -> tuple[str, str]:
    return f"{prefix_of(rooms)}/join", "Join a room"


async def _fields(request: Request) -> Mapping[str, str]:
    """A form's fields as text; a file is a field too. Raises `Refused`."""
    length = request.headers.get("content-length", "")
    if not length.isdigit() or int(length) > LARGEST_POST:
        raise Refused(f"this is too large: a form and its file may have {LARGEST_POST:,} bytes together")
    try:
        form = await request.form(max_files=1, max_fields=MOST_FIELDS, max_part_size=DOCUMENT.size)
    except HTTPException:
        raise Refused(
            f"this form is refused: at most {MOST_FIELDS} fields of {DOCUMENT.size:,} bytes are read"
        ) from None
    fields: dict[str, str] = {}
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            content = await value.read()
            fields[name] = content.decode("utf-8", "replace") if content else ""
        else:
            fields[name] = value
    return fields


# Joining


async def code_page(request: Request, rooms: House) -> Response:
    """Where a code is typed, and on to the room where there is one."""
    prefix = prefix_of(rooms)
    if request.method == "GET":
        return html(phone.code_form(prefix))
    text = request.state.fields.get("code", "")
    try:
        code = await _known(request, rooms, text)
    except Refused as refusal:
        return html(phone.code_form(prefix, refusal.told, text[:12]), 422)
    return on(f"{prefix}/join/{code}")


async def _known(request: Request, rooms: House, text: str) -> str:
    """A room's code. Raises `Refused` where there is no such room, or after too many guesses."""
    doors.THROTTLE.check(doors.address(request))
    try:
        code = rules.read_code(text)
        await run_in_threadpool(rooms.view, code)
    except Refused:
        doors.THROTTLE.wrong(doors.address(request))
        raise
    return code


async def name_page(request: Request, rooms: House) -> Response:
    """A name and a seat. The browser holds its secret before it sits, so that sending twice takes one seat."""
    prefix = prefix_of(rooms)
    code = await _known(request, rooms, request.path_params["code"])
    cookie = doors.seat_cookie(code)
    secret = request.cookies.get(cookie) or rules.new_secret()
    view = await run_in_threadpool(rooms.view, code)
    if request.method == "GET":
        if await run_in_threadpool(rooms.store.seat, code, secret) is not None:
            return on(f"{prefix}/room/{code}")
        answer: Response = html(phone.name_form(view, prefix))
    else:
        name = request.state.fields.get("name", "")
        try:
            await run_in_threadpool(rooms.store.join, code, name, secret)
            answer = on(f"{prefix}/room/{code}")
        except Refused as refusal:
            other = rules.free_name(name, [seat.name for seat in view.seats])
            typed = name[: rules.LONGEST_SEAT]
            answer = html(phone.name_form(view, prefix, refusal.told, typed, other), 422)
    doors.remember(answer, request, cookie, secret, view.expires - rooms.store.clock(), rooms.base)
    return answer


async def seat_page(request: Request, rooms: House) -> Response:
    """A way back to a seat, which the facilitator gave: looked at as often as one likes, taken once."""
    doors.THROTTLE.check(doors.address(request))
    prefix, key = prefix_of(rooms), request.path_params["key"]
    code = rules.read_code(request.path_params["code"])
    try:
        seat = await run_in_threadpool(rooms.store.returning, code, key)
    except Refused:
        doors.THROTTLE.wrong(doors.address(request))
        raise
    view = await run_in_threadpool(rooms.view, code)
    if request.method == "GET":
        return html(phone.way_back(view, prefix, seat, key))
    secret = rules.new_secret()
    await run_in_threadpool(rooms.store.come_back, code, key, secret)
    answer = on(f"{prefix}/room/{code}")
    seconds = view.expires - rooms.store.clock()
    doors.remember(answer, request, doors.seat_cookie(code), secret, seconds, rooms.base)
    return answer


# In the room


async def _sitting(request: Request, rooms: House) -> tuple[RoomSeat, str, str]:
    """The seat of this browser, its room's code and its secret. Raises `Refused` where it has none."""
    code = rules.read_code(request.path_params["code"])
    secret = request.cookies.get(doors.seat_cookie(code), "")
    seat = await run_in_threadpool(rooms.store.seat, code, secret) if secret else None
    if seat is None:
        raise Refused(NO_SEAT)
    return seat, code, secret


async def _here(request: Request, rooms: House) -> tuple[RoomView, RoomSeat]:
    """The room and the seat of this browser. Raises `Refused` where it has none."""
    seat, code, _ = await _sitting(request, rooms)
    return await run_in_threadpool(rooms.view, code), seat


async def room_page(request: Request, rooms: House) -> Response:
    """A seat's page; without a seat the way to one."""
    try:
        view, seat = await _here(request, rooms)
    except Refused:
        return on(f"{prefix_of(rooms)}/join/{request.path_params['code'][:12]}")
    return html(phone_room.room(Phone(view, seat, prefix_of(rooms), rooms.store.clock())))


async def act(request: Request, rooms: House) -> Response:
    """What a seat does; where it is refused, the page again with what was typed."""
    seat, code, secret = await _sitting(request, rooms)
    fields, action = request.state.fields, request.path_params["action"]
    if action not in ACTS:
        raise HTTPException(404)
    try:
        await run_in_threadpool(ACTS[action], rooms, code, secret, fields)
    except Refused as refusal:
        now = await run_in_threadpool(rooms.view, code)
        shown = Phone(
            now, seat, prefix_of(rooms), rooms.store.clock(), refusal.told, fields, fields.get("kind", action)
        )  # fmt: skip
        return html(phone_room.room(shown), 422)
    return on(f"{prefix_of(rooms)}/room/{code}")


Fields = Mapping[str, str]


def _predict(rooms: House, code: str, secret: str, fields: Fields) -> None:
    guess = rules.prediction(fields.get("direction", ""), fields.get("size", ""))
    rooms.store.predict(code, secret, guess, fields.get("before", ""))


def _submit(rooms: House, code: str, secret: str, fields: Fields) -> None:
    def read(own: RoomPlan) -> Policy:
        return plan.from_levers(own, fields.get("kind", ""), fields)

    rooms.store.submit(code, secret, read)


def _document(rooms: House, code: str, secret: str, fields: Fields) -> None:
    text = fields.get("file") or fields.get("document", "")

    def read(own: RoomPlan) -> Policy:
        return plan.from_document(own, text, fields.get("label", "").strip())

    rooms.store.submit(code, secret, read)


def _move(rooms: House, code: str, secret: str, fields: Fields) -> None:
    rooms.store.move(code, secret, fields.get("value", ""))


def _vote(rooms: House, code: str, secret: str, fields: Fields) -> None:
    entry = fields.get("entry", "0")
    if not (entry.isascii() and entry.isdigit() and len(entry) < 10):
        raise Refused("choose one of the policies on the board, or no action")
    rooms.store.vote(code, secret, fields.get("after", ""), int(entry) or None)


def _quiz(rooms: House, code: str, secret: str, fields: Fields) -> None:
    phase = rules.BY_PHASE.get(fields.get("phase", ""))
    if phase not in rules.QUIZZES or phase is None:
        raise Refused("this was not taken: it is no form of this room’s quiz; open the room’s page again")
    rooms.store.answer(code, secret, phase, quiz.read(fields))


ACTS: dict[str, Callable[[House, str, str, Fields], None]] = {
    "predict": _predict, "submit": _submit, "document": _document, "move": _move, "vote": _vote,
    "quiz": _quiz,
}  # fmt: skip


# News


async def news(request: Request, rooms: House) -> Response:
    """The room's news number, for a phone without a line."""
    numbers = await _numbers(request, rooms)
    return PlainTextResponse(str(numbers[1]), 200, EVENTS)


async def events(request: Request, rooms: House) -> Response:
    """A line on which the news number is sent whenever it grows."""
    numbers = await _numbers(request, rooms)
    if rooms.hub.listeners >= MOST_LISTENERS or rooms.hub.closed:
        return PlainTextResponse("no line is free; look now and then", 503, EVENTS)
    lines = _lines(rooms.hub.news(rules.read_code(request.path_params["code"]), numbers[1]))
    return StreamingResponse(lines, 200, EVENTS, "text/event-stream")


async def _numbers(request: Request, rooms: House) -> tuple[int, int]:
    code = rules.read_code(request.path_params["code"])
    if not request.cookies.get(doors.seat_cookie(code)):
        raise HTTPException(403)
    numbers = rooms.hub.numbers(code) or await run_in_threadpool(rooms.store.version, code)
    if numbers is None:
        raise HTTPException(404)
    return numbers


async def _lines(numbers: AsyncIterator[int | None]) -> AsyncIterator[str]:
    yield "retry: 2000\n\n"
    async for number in numbers:
        yield ":\n\n" if number is None else f"data: {number}\n\n"


async def minutes_file(request: Request, rooms: House) -> Response:
    """The minutes, once the session is over."""
    view, _ = await _here(request, rooms)
    ending = request.path_params["ending"]
    kinds = {kind: (mime, build) for _, kind, mime, build in minutes.FORMATS}
    if ending not in kinds or view.phase != rules.MINUTES:
        raise HTTPException(404)
    mime, build = kinds[ending]
    content = await run_in_threadpool(build, view)
    name = f'attachment; filename="minutes_{view.code}.{ending}"'
    return Response(content, 200, {"content-disposition": name, "cache-control": "no-store"}, mime)


async def open_page(request: Request, rooms: House) -> Response:
    """On to the sandbox with a policy of the board, or with the room's world alone."""
    view, _ = await _here(request, rooms)
    number = request.path_params["entry"]
    entry = next((own for own in view.entries if own.id == number), None)
    return on(f"{prefix_of(rooms)}/{await run_in_threadpool(words.sandbox_link, view, entry)}")


# The facilitator's own link


async def host_link(request: Request, rooms: House) -> Response:
    """The facilitator's link: its secret goes into a cookie, and the address forgets it."""
    doors.THROTTLE.check(doors.address(request))
    code, secret = rules.read_code(request.path_params["code"]), request.path_params["secret"]
    if not await run_in_threadpool(rooms.store.hosts, code, secret):
        doors.THROTTLE.wrong(doors.address(request))
        raise Refused("this facilitator’s link is wrong, or its room has expired")
    view = await run_in_threadpool(rooms.view, code)
    answer = on(f"{prefix_of(rooms)}/{page_path('facilitate')}?room={code}")
    doors.remember(
        answer, request, doors.host_cookie(code), secret, view.expires - rooms.store.clock(), rooms.base
    )
    return answer


async def asset(request: Request) -> Response:
    """The phones' styles and script."""
    kind, text = {
        "phone.css": ("text/css", phone.css),
        "phone.js": ("text/javascript", phone.script),
    }[request.url.path.rpartition("/")[2]]
    return Response(text(), 200, {"cache-control": "max-age=300"}, kind)


def _route(path: str, handler: Any, *methods: str) -> Route:
    return Route(path, guarded(handler), methods=list(methods or ("GET",)))


ROUTES = [
    Route("/room/phone.css", asset),
    Route("/room/phone.js", asset),
    _route("/join", code_page, "GET", "POST"),
    _route("/join/{code}", name_page, "GET", "POST"),
    _route("/seat/{code}/{key}", seat_page, "GET", "POST"),
    _route("/host/{code}/{secret}", host_link),
    _route("/room/{code}", room_page),
    _route("/room/{code}/events", events),
    _route("/room/{code}/news", news),
    _route("/room/{code}/minutes.{ending}", minutes_file),
    _route("/room/{code}/open/{entry:int}", open_page),
    _route("/room/{code}/{action}", act, "POST"),
]
