"""All pages of the kit from one run of two shipped worlds: guide, sessions, handouts, debrief and quiz.

Figures are those of a room with the usual number of crises and the first seed, so that a handout and the room's board agree.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

from models.library import shipped
from policy.outcomes.metric import Metric
from policy.outcomes.scorecard import BY_KEY, SPIRAL_SHARE
from policy.outcomes.summary import Summary
from policy.spec import BY_NAME
from ui.classroom.blocks import Block, Bullets, Heading, KitPage, KitTable, Said, html, markdown
from ui.classroom.roles import ROLES, Role
from ui.classroom.sessions import DEBRIEF_QUESTIONS, SESSIONS, Session, Slot
from ui.export.provenance import foot
from ui.menu import PAGES
from ui.rooms import plan, quiz, words
from ui.rooms.rules import DISCUSS, MINUTES, QUIZ_BEFORE, Phase
from ui.state.state import State, usual_policies
from ui.story.steps import STEPS
from ui.words import amounts, endings, names, verdicts
from ui.words.glossary import TERMS

Results = Callable[[State], Summary]
WORLDS = ("crowded", "funding_run")  # the session's own crisis, and one in which something else binds
SEED = 1


@dataclass(frozen=True, eq=False)
class Kit:
    """Every page in order; handouts by their roles' names."""

    guide: KitPage
    sessions: tuple[KitPage, ...]
    handouts: tuple[KitPage, ...]
    debrief: KitPage
    quiz: KitPage

    @property
    def pages(self) -> tuple[KitPage, ...]:
        return (self.guide, *self.sessions, *self.handouts, self.debrief, self.quiz)


def states() -> tuple[State, ...]:
    """The comparisons that the kit's figures are read from."""
    worlds = [shipped(name) for name in WORLDS]
    return tuple(State(world, usual_policies(world), SEED, plan.PATHS) for world in worlds)


def kit(results: Results) -> Kit:
    """The kit; `results` computes a state. Raises `Refused`."""
    runs = tuple(results(state) for state in states())
    return Kit(
        guide(runs[0]),
        tuple(session_page(own, runs[0]) for own in SESSIONS),
        tuple(handout(role, runs) for role in ROLES),
        debrief(runs[0]),
        quiz_page(),
    )


# The guide and the sessions


def guide(run: Summary) -> KitPage:
    """What a teacher reads first."""
    lengths = " or ".join(str(own.minutes) for own in SESSIONS)
    return KitPage(
        "README",
        "Classroom kit",
        f"For the teacher: a session of {lengths} minutes in which a class plays roles around one table, in a room of "
        "its own on phones, and decides what the Fed should do.",
        (
            Heading("What is here"),
            Bullets(
                (
                    *(f"{name(own)}: minute by minute, with what to say and which button to press." for own in SESSIONS),
                    f"A handout for each role: {amounts.listed([amounts.lower(role.title) for role in ROLES])}.",
                    "Questions for the debrief.",
                    f"The quiz of {len(quiz.questions())} questions, with its answers.",
                )
            ),
            Heading("What you need"),
            Bullets(
                (
                    "A computer with the sandbox and a projector, and a network that phones reach. Started with “backstop app --share”.",
                    "A phone for each person, or one for two. No accounts; names may be invented.",
                    f"Handouts on paper, one for each person: {2 * len(ROLES)} to {5 * len(ROLES)} people are best.",
                    "No economics beforehand. The glossary explains itself; each handout has the words that its role needs.",
                )
            ),
            Heading("Before the class: open the room"),
            Bullets(_opening(run), True),
            Heading("What the runs will show"),
            Said(
                f"In this crisis, with {run.paths} random crises and the usual settings: {verdicts.sentence(run)} The class’s own "
                "settings will do better or worse; the board says which."
            ),
            _endings(run),
            Said(
                "Do not read levels as predictions, and do not let the class: differences between policies are what the model "
                "is for. What a role wants is a judgement; a student who argues for another one is right to."
            ),
            Said(foot(run)),
        ),
    )  # fmt: skip


def _opening(run: Summary) -> tuple[str, ...]:
    kinds = amounts.listed([words.kind_title(kind) for kind in plan.USUAL_KINDS])
    return (
        f"In the sandbox choose the world “{run.world.title}”, as it is shipped.",
        f"Open the page “{PAGES['facilitate'].title}”. Leave the question “{plan.QUESTION}” and the policies: {kinds}.",
        f"Everybody predicts what “{words.kind_title(plan.USUAL_KINDS[0])}” changes in the figure “{BY_KEY[plan.PREDICTED].title}”.",
        "Switch on “A quiz before and after”, keep the number of crises, and press “Open the room”. To skip a quiz later, press the "
        "button that closes it.",
        f"Show “{PAGES['board'].title}” on the projector; lead from your own page. Copy “Your way back” for yourself.",
    )


def _endings(run: Summary) -> KitTable:
    rows = [
        (name, *(str(n) for n in endings.hundred(outcome.means)))
        for name, outcome in zip(names.policy_names(run.policies), run.outcomes, strict=True)
    ]
    return KitTable(f"How a hundred crises end: {run.world.title}", ("Policy", *endings.NAMES), tuple(rows))


def name(session: Session) -> str:
    """What a session is called."""
    return f"Session of {session.minutes} minutes"


def session_page(session: Session, run: Summary) -> KitPage:
    """A session: its timetable, and its script."""
    rows = tuple(
        (_clock(start, slot), slot.title, slot.phase.title, slot.does)
        for start, slot in zip(session.starts, session.slots, strict=True)
    )
    script: list[Block] = []
    before = QUIZ_BEFORE
    for start, slot in zip(session.starts, session.slots, strict=True):
        script += [Heading(f"{_clock(start, slot)} {slot.title}"), Said(f"Say: “{slot.says}”")]
        script += [Bullets(_steps(slot, before), True)]
        before = slot.phase
    return KitPage(
        f"session_{session.minutes}",
        name(session),
        f"The crisis is “{run.world.title}”. Minutes count from the start of the class; the room’s timer closes a phase, and only you go on.",
        (
            Heading("Timetable"),
            KitTable(
                "Minutes, what happens, and at which phase the room is.",
                ("Minutes", "Part", "The room is at", "Everybody"),
                rows,
                True,
            ),
            *script,
            Said(names.QUIET),
        ),
    )


def _clock(start: int, slot: Slot) -> str:
    return f"{start}–{start + slot.minutes}"


def _steps(slot: Slot, before: Phase) -> tuple[str, ...]:
    """What the facilitator presses and looks after, with the room at `before` when the part begins."""
    steps, enters = [], before is not slot.phase
    if enters:
        steps.append(f"Press “{words.going_on(before, True)}”.")
    if slot.timed:
        steps.append(f"Start the timer with {slot.minutes} minutes.")
    if slot.phase == DISCUSS and enters:
        steps.append(f"Choose the policy and the lever that you discuss, and press “{words.MOVE_TOGETHER}”.")
    if slot.phase == MINUTES:
        steps.append(
            "Show how many were right before and after, then take the minutes and the quiz’s answers, which have no names."
        )
    return (*steps, f"Everybody: {amounts.lower(slot.does)}")


# Handouts


def handout(role: Role, runs: tuple[Summary, ...]) -> KitPage:
    """What one role reads."""
    meanings = {term.name: term.meaning for term in TERMS}
    return KitPage(
        f"role_{role.name}",
        role.title,
        role.who,
        (
            Heading("What you want"),
            Bullets(role.wants),
            Heading("What you fear"),
            Bullets(role.fears),
            Heading("What the Fed could do"),
            Bullets(tuple(f"{BY_NAME[kind].title}: {BY_NAME[kind].what}" for kind in plan.USUAL_KINDS)),
            Heading("The figures you watch"),
            *(table for run in runs for table in (_watched(role, run), Said(verdicts.sentence(run)))),
            Bullets(tuple(f"{row.title}, {row.unit}: {row.description}." for row in role.watches)),
            Heading("Ask the others"),
            Bullets(role.asks),
            Heading("Words you need"),
            Bullets(tuple(f"{term[0].upper()}{term[1:]}: {meanings[term]}" for term in role.terms)),
            *(Said(foot(run)) for run in runs),
        ),
    )


def _watched(role: Role, run: Summary) -> KitTable:
    rows = tuple(
        (policy, *(_figure(row, run, k) for row in role.watches))
        for k, policy in enumerate(names.policy_names(run.policies))
    )
    return KitTable(
        f"{run.world.title}. Means over {run.paths} crises.",
        ("Policy", *(row.brief for row in role.watches)),
        rows,
    )


def _figure(row: Metric, run: Summary, k: int) -> str:
    value = run.outcomes[k].means[row.key]
    if row is SPIRAL_SHARE:
        return f"{endings.hundred(run.outcomes[k].means)[-1]} of 100"
    return amounts.figure(row.key, value)


# Debrief and quiz


def debrief(run: Summary) -> KitPage:
    """What to talk about at the end."""
    lessons = tuple(f"{step.title}: {step.lesson}" for step in STEPS)
    return KitPage(
        "debrief",
        "Questions for the debrief",
        "Choose two or three; let somebody of each role answer.",
        (
            Bullets(DEBRIEF_QUESTIONS, True),
            Heading("What the story argues"),
            Said(
                f"The page “{PAGES['learn'].title}” shows each of these with its own run; in this crisis as a whole: {verdicts.sentence(run)}"
            ),
            Bullets(lessons, True),
            Said(names.QUIET),
        ),
    )


def quiz_page() -> KitPage:
    """Questions with their answers, for the teacher."""
    blocks: list[Block] = []
    for number, own in enumerate(quiz.questions(), 1):
        shows = f" Step {own.step} of the story shows it." if own.step else " It stands in the glossary."
        blocks += [
            Heading(f"{number}. {own.text}"),
            Bullets((*own.choices, quiz.UNSURE_WORDS)),
            Said(f"Right: {own.sentence} {own.why}{shows}"),
        ]
    return KitPage(
        "quiz",
        "The quiz, with its answers",
        "Asked in the room before and after, on phones, without names. Answers about figures are what the story’s runs say.",
        (*blocks, Said(names.QUIET)),
    )


# Files


def files(own: Kit) -> bytes:
    """All pages as Markdown and as web pages that print, and all handouts in one, as a ZIP file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for page in own.pages:
            _put(packed, f"{page.name}.md", markdown(page))
            _put(packed, f"{page.name}.html", html([page]))
        _put(packed, "all_handouts.html", html(own.handouts))
    return out.getvalue()


def _put(packed: zipfile.ZipFile, file: str, text: str) -> None:
    """A file without a time of its own, so that the same kit gives the same bytes."""
    packed.writestr(zipfile.ZipInfo(file), text.encode(), zipfile.ZIP_DEFLATED)
