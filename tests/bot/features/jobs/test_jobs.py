"""/jobs: the last runs, Run now with its progress, failures with their reasons."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

import analytics
from analytics.jobs import JOBS
from bot.features.jobs.words import ABOUT, STAGES, stage_words
from bot.ui.job_names import NAMES
from bot.ui.locale import texts
from pipeline.contracts.jobs import JobOutcome, JobRequest, JobRun, JobStatus
from tests.bot.world.world import World


def _told(world: World, outcome: str, run_id: str = "r1", **more: object) -> None:
    """The schedule tells of a run of the job `ingest`, the newest."""
    at = world.clock() - timedelta(minutes=4)
    fields: dict[str, object] = {"run_id": run_id, "job": "ingest", "outcome": outcome, "asked_at": at}
    if outcome in {JobOutcome.DONE, JobOutcome.FAILED}:
        fields |= {"started_at": at, "ended_at": at + timedelta(seconds=12)}
    run = JobRun.model_validate(fields | more)
    before = world.jobs.get("ingest")
    older = tuple(one for one in (before.runs if before else ()) if one.run_id != run_id)
    next_at = world.clock() + timedelta(minutes=6)
    world.jobs.set("ingest", JobStatus(name="ingest", next_at=next_at, missed=2, runs=(run, *older)))


async def test_every_job_with_its_last_run_and_its_failure(chat: World) -> None:
    maria = chat.person(2001)
    await maria.writes("/jobs")
    await maria.sees("пока ничего не известно")
    _told(chat, "failed", reason="HDFS is in safe mode.")
    chat.jobs.set("recommend", JobStatus(name="recommend"))
    await maria.writes("/jobs")
    seen = await maria.sees("❌ Пополнение хранилища", "HDFS пока не принимает записи", button="Обучение рекомендаций")
    assert "safe mode" not in seen.text
    await maria.presses(seen, "Пополнение хранилища")
    # For whoever looks for the fault, what the program said stands behind the words.
    page = await maria.sees_change(seen, "HDFS пока не принимает записи", "HDFS is in safe mode.")
    await maria.presses(page, "‹ Все задания")
    await maria.sees_change(seen, button="Обучение рекомендаций")
    await maria.presses(seen, "Обучение рекомендаций")
    page = await maria.sees_change(seen, "Ещё не запускалось", button="▶️ Запустить")
    await maria.presses(page, "‹ Все задания")
    await maria.sees_change(seen, "Задания", button="Пополнение хранилища")


async def test_the_list_says_when_each_runs_next_and_what_it_waits_for(chat: World) -> None:
    maria, pavel = chat.person(2001), chat.person(2002)
    _told(chat, "done")
    await maria.writes("/jobs")
    await maria.sees("3 мин назад, следующий запуск через 6 мин")
    _told(chat, "waiting", "r2", stage="waiting for recommend")
    await maria.writes("/jobs")
    await maria.sees("⏳ ждёт, пока закончится «Обучение рекомендаций»")
    await pavel.writes("/jobs")
    await pavel.sees("⏳ waits for “Learn recommendations” to end")


async def test_run_now_shows_progress_until_the_end(chat: World) -> None:
    _told(chat, "done", rows_in=1200, rows_out=900)
    maria = chat.person(2001)
    await maria.writes("/jobs ingest")
    page = await maria.sees("пропущено 2 запуска", "строк прочитано: 1 200, записано: 900", button="▶️ Запустить")
    assert (await maria.presses(page, "▶️ Запустить")).text == "▶️ В очереди."
    asked = await maria.sees_change(page, "⏳ В очереди")
    assert "▶️ Запустить" not in asked.labels
    ((request_id, request),) = list(chat.job_requests.entries())
    assert isinstance(request, JobRequest)
    assert request.job == "ingest"
    assert [(entry.action, entry.target) for entry in chat.audit.written] == [("run_job", "ingest")]

    _told(chat, "running", "r2", stage="reading Kafka", percent=40, request_id=request_id)
    await chat.job_requests.put(request_id, None)
    await maria.sees_change(page, "▓▓▓▓░░░░░░ 40 %", "читаю Kafka")
    _told(chat, "done", "r2", rows_in=7, rows_out=5)
    done = await maria.sees_change(page, "строк прочитано: 7, записано: 5", button="▶️ Запустить")
    assert "▓" not in done.text


async def test_a_run_is_asked_for_once_however_often_it_is_pressed(chat: World) -> None:
    _told(chat, "done")
    maria, pavel = chat.person(2001), chat.person(2002)
    await maria.writes("/jobs ingest")
    await pavel.writes("/jobs ingest")
    hers, his = await maria.sees(button="▶️ Запустить"), await pavel.sees(button="▶️ Run now")
    await maria.presses(hers, "▶️ Запустить")
    await maria.sees_change(hers, "⏳ В очереди")
    assert (await pavel.presses(his, "▶️ Run now")).text == "It is running or queued already."
    await pavel.sees_change(his, "⏳ Queued")
    assert len(list(chat.job_requests.entries())) == 1
    assert len(chat.audit.written) == 1


async def test_customers_and_operators_see_no_jobs(chat: World) -> None:
    _told(chat, "done")
    for who in (1001, 3001):
        person = chat.person(who)
        await person.writes("/jobs")
        assert "ingest" not in (await person.sees("могут только администраторы")).text


@pytest.mark.parametrize(
    ("stage", "russian"),
    [
        ("learning from 20,390 signals of 406 people", "изучаю 20 390 действий 406 человек"),
        ("choosing products", "подбираю товары"),
        ("products: 1,204 records", "products: 1 204 записей"),
        ("a stage of a new job", "a stage of a new job"),
        ("", ""),
    ],
)
def test_what_a_job_does_is_told_in_the_readers_language(stage: str, russian: str) -> None:
    assert stage_words(stage, texts("ru")).replace("\u00a0", " ") == russian


def test_the_chat_has_a_name_and_a_line_for_every_job_and_each_of_its_stages() -> None:
    assert {job.name for job in JOBS} == set(NAMES) == set(ABOUT)
    said = set()
    for module in sorted((Path(analytics.__file__).parent / "jobs").glob("*.py")):
        said |= set(re.findall(r'context\.report\(f?"([^"]+)"', module.read_text("utf-8")))
    assert said
    for stage in said:
        example = re.sub(r"\{[^}]*:,\}", "1,204", re.sub(r"\{len[^}]*\}", "7", stage))
        assert any(pattern.fullmatch(re.sub(r"\{.*?\}", "some", example)) for pattern, _ in STAGES), stage
