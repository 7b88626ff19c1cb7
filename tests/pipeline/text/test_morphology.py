"""One dictionary and one stemmer, whoever asks for them first and from which thread."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from pipeline.text.morphology import english_stem, russian

# Counted in a process of its own, in which nobody has asked for anything yet.
COUNT = """
import sys, threading, pymorphy3
made, real, together = [], pymorphy3.MorphAnalyzer, threading.Barrier(4)
pymorphy3.MorphAnalyzer = lambda **options: made.append(1) or real(**options)
from pipeline.text import linguistics, rule_words
assert not made, "made at import"
def ask(function):
    together.wait()
    function("часов")
threads = [threading.Thread(target=ask, args=[each]) for each in (linguistics.analyse, rule_words.forms) * 2]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(len(made))
"""


def test_a_process_has_one_dictionary_for_bans_and_search() -> None:
    done = subprocess.run([sys.executable, "-c", COUNT], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "1"


def test_threads_do_not_get_each_others_stems() -> None:
    wanted = {"watches": "watch", "running": "run", "headphones": "headphon", "cases": "case"}
    together = Barrier(len(wanted))

    def stems(word: str) -> set[str]:
        together.wait()
        return {english_stem(word) for _ in range(2_000)}

    with ThreadPoolExecutor(len(wanted)) as pool:
        assert dict(zip(wanted, pool.map(stems, wanted), strict=True)) == {
            word: {stem} for word, stem in wanted.items()
        }


def test_the_dictionary_knows_the_words_of_shops() -> None:
    assert {parse.normal_form for parse in russian().parse("часами")} >= {"часы", "час"}
