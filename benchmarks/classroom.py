"""The classroom kit's session of 50 minutes, played by its script against a running room, with its minutes and quiz.

    python benchmarks/classroom.py [--seats 24] [--seed 1] [--database ADDRESS] [--store]

A server is started as a teacher starts it; the facilitator goes on as the script says, and every seat is a phone's HTTP
without a browser. What the seats predict, answer and vote is drawn at random: it tries the room, not people. With
`--store`, `docs/classroom/example` and `benchmarks/classroom.md` are written anew.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from support.played_session import PlayedSession, play  # noqa: E402
from support.room_server import RoomServer  # noqa: E402

from ui.classroom.sessions import SESSIONS  # noqa: E402
from ui.export.provenance import episode  # noqa: E402
from ui.rooms import board, board_votes, database, minutes, quiz_results, words  # noqa: E402
from ui.rooms.store import RoomStore  # noqa: E402

EXAMPLE, REPORT = ROOT / "docs" / "classroom" / "example", ROOT / "benchmarks" / "classroom.md"
SHOWN = 8  # policies of the board in the report


def report(played: PlayedSession, command: str, kind: str) -> str:
    """What came of a session, as Markdown."""
    view, session = played.view, SESSIONS[0]
    slots = "\n".join(
        f"| {start}–{start + own.slot.minutes} | {own.slot.title} | {own.slot.phase.title} | {own.taken} | {own.seconds:.1f} |"
        for start, own in zip(session.starts, played.slots, strict=True)
    )
    heads = "".join(f" {minutes.BY_KEY[key].brief} |" for key in words.BOARD_KEYS)
    rows = board.done(view)
    policies = "\n".join(
        f"| {place} | {words.policy_words(entry)} |" + "".join(f" {words.figure_of(result, key)} |" for key in words.BOARD_KEYS)
        for place, (_, entry, result) in enumerate(rows[:SHOWN], 1)
    )  # fmt: skip
    none = "".join(f" {words.figure_of(view.none, key)} |" for key in words.BOARD_KEYS) if view.none else ""
    quiz = "\n".join(
        f"| {row.question.text} | {row.question.answer} | {row.right_before} of {row.before} | {row.right_after} of {row.after} |"
        for row in quiz_results.counts(view)
    )
    files = ", ".join(f"[{name}](classroom/example/{name})" for name in FILES)
    return f"""# A class of {len(view.seats)}, by its script

`{command}`, {kind}: the session of {session.minutes} minutes of the classroom kit, played against a running room by a script. Nobody
waits for the clock: seconds are those that the server and {len(view.seats)} phones took. **Players draw what they predict, answer and vote at
random, so that the quiz and the votes say nothing about people;** figures of policies are the model's. World:
{episode(view.plan.screen.world)}, {view.plan.screen.paths} crises, seed {view.plan.screen.seed}.

| minutes | part | the room is at | forms taken | seconds |
|---|---|---|---|---|
{slots}

**The board** ({len(rows)} policies; the first {min(SHOWN, len(rows))}, fewest spirals first):

| place | policy |{heads}
|---|---|{"---|" * len(words.BOARD_KEYS)}
{policies}
| | {words.NO_ACTION} |{none}

{board_votes.predictions(view).title}. {board_votes.votes(view).title}.

**The quiz**: {quiz_results.finding(view)}.

| question | right | before | after |
|---|---|---|---|
{quiz}

The same as files: {files}.
"""


FILES = {
    "minutes.toml": lambda played: played.minutes_toml,
    "quiz.csv": lambda played: quiz_results.to_csv(played.view),
    "quiz.toml": lambda played: quiz_results.to_toml(played.view),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seats", type=int, default=24)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", default="")
    parser.add_argument("--store", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        server = RoomServer(asked.database or str(Path(folder) / "rooms.sqlite"), Path(folder) / "log.txt")
        server.start().ready()
        try:
            store = RoomStore(database.engine(database.address(server.database)), lambda *_: None)
            played = play(SESSIONS[0], store, server.address, asked.seats, seed=asked.seed)
            store.source.dispose()
        finally:
            server.end()
    command = f"python benchmarks/classroom.py --seats {asked.seats} --seed {asked.seed}"
    text = report(played, command, "PostgreSQL" if asked.database else "SQLite")
    sys.stdout.write(text)
    if asked.store:
        EXAMPLE.mkdir(exist_ok=True)
        for name, build in FILES.items():
            (EXAMPLE / name).write_text(build(played), encoding="utf-8")
        REPORT.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
