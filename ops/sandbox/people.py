"""The people of the sandbox."""

from dataclasses import dataclass

from ops.sandbox.objects import User

MAX_PEOPLE = 200_000
MAX_PERSON_ID = 1 << 40


@dataclass(frozen=True, slots=True)
class Person:
    """`role` is what the chat page groups the person under; the bot decides what they may do."""

    user: User
    role: str


def _person(number: int, role: str, name: str, username: str, language: str) -> Person:
    first_name, _, last_name = name.partition(" ")
    user = User(id=number, is_bot=False, first_name=first_name, last_name=last_name, username=username)
    user["language_code"] = language
    return Person(user, role)


DEMO_PEOPLE = (
    _person(1001, "customer", "Анна Соколова", "anna_sokolova", "ru"),
    _person(1002, "customer", "Oliver Grant", "oliver_grant", "en"),
    _person(2001, "admin", "Мария Орлова", "maria_orlova", "ru"),
    _person(2002, "admin", "Daniel Reed", "daniel_reed", "en"),
    _person(3001, "operator", "Игорь Ветров", "igor_vetrov", "ru"),
    _person(3002, "operator", "Grace Miller", "grace_miller", "en"),
)


class SandboxPeople:
    """Everyone by id. Whoever is not known yet comes into being on the first call in their name."""

    def __init__(self) -> None:
        self._people = {person.user["id"]: person for person in DEMO_PEOPLE}

    def demo(self) -> tuple[Person, ...]:
        return DEMO_PEOPLE

    def known(self, number: int) -> Person | None:
        return self._people.get(number)

    def meet(self, number: int) -> Person | None:
        """The person with this id, a newcomer if need be; None for ids that no person can have."""
        found = self._people.get(number)
        if found is None and 0 < number < MAX_PERSON_ID and len(self._people) < MAX_PEOPLE:
            name = f"guest_{number}"
            found = _person(number, "customer", f"Guest {number}", name, "ru" if number % 2 else "en")
            self._people[number] = found
        return found
