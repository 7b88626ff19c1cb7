"""Simulated customers: a month or more of searches, views, likes, hides and purchases.

The model, step by step:

1. A customer is of one persona (`personas.PERSONAS`), with preferences of its own: every weight of a category is times
   exp(N(0, 0.5)), activity by exp(N(0, 0.6)); one colour is a favourite; thrift varies by a third.
2. Days: the number of sessions is Poisson distributed; Saturdays and Sundays have 1.4 times more. Two thirds of the
   sessions are in the evening (18 to 23 o'clock of Moscow), the rest during the day.
3. A session is about one category, drawn by preference times season (a cosine with the peak in `SEASONS`). A category
   that follows a purchase (`FOLLOWS`: a watch, then a strap) comes first with probability 0.6, once.
4. The customer types one of the category's phrases (the first most often, rare ones are misspelt). One search in
   twenty is for something that nobody sells and finds nothing.
5. The list shows ten offers, ranked by the product's appeal (N(0, 1), the same for all) plus 2 if a word of the
   search stands in its name, plus 1.5 if it is in the customer's language, plus noise. The place at index k
   is looked at with probability 0.85^k: the position bias. What is looked at is opened with probability
   logistic(utility - 0.4).
6. utility = 0.8 appeal + 0.9 if the brand is a favourite + 0.6 if the colour is + 0.5 if an own-language offer
   - thrift x (standard score of the logarithm of the price within the category) - 1.5 if out of stock.
7. What was opened is liked with probability 0.25 logistic(utility), hidden with 0.08 logistic(-utility), and bought
   with 0.16 logistic(1.2 utility - 1), if in stock and not bought before, unless it is consumed (coffee, seeds).
   A purchase ends the session. One session in ten begins with a link from a friend and no search.

The same offers, seed, and end give the same events.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from statistics import fmean, pstdev

from ops.demo.events import Event, Purchased, Reacted, Reaction, Searched, Viewed
from ops.demo.offers import DemoOffer
from ops.demo.personas import CONSUMED, ENGLISH, FOLLOWS, MISSING, PERSONAS, PHRASES, SEASONS, Persona
from ops.drawings.colours import COLOURS

SHOWN = 10
LOOKED_AT = 0.85
MOSCOW = timedelta(hours=3)


@dataclass(slots=True)
class Customer:
    """One simulated person; `wants` is what the last purchase makes desirable."""

    user: str
    persona: Persona
    preferences: dict[str, float]
    thrift: float
    sessions_a_day: float
    colour: str
    owned: set[str] = field(default_factory=set)
    wants: list[str] = field(default_factory=list)


class Simulation:
    """Customers among `offers`, which should not hold what is banned; events end at `until`."""

    def __init__(
        self, offers: Sequence[DemoOffer], until: datetime, days: int = 30, customers: int = 400, seed: int = 20
    ) -> None:
        self._until = until
        self._days = days
        self._count = customers
        self._seed = seed
        self._shelves: dict[str, list[DemoOffer]] = {}
        for offer in offers:
            self._shelves.setdefault(offer.category, []).append(offer)
        self._appeal = {o.offer_id: Random(f"{seed}:{o.product_id}").gauss(0, 1) for o in offers}  # noqa: S311
        self._names = {offer.offer_id: offer.name.lower() for offer in offers}
        self._dearness = {pid: score for shelf in self._shelves.values() for pid, score in _dearness(shelf).items()}

    def customers(self) -> list[Customer]:
        """The people, in the order of their pseudonyms, before anything has happened to them."""
        return [self._customer(number) for number in range(1, self._count + 1)]

    def events(self) -> Iterator[Event]:
        """Everything that happens, in the order of time."""
        found = [event for customer in self.customers() for event in self._life(customer)]
        yield from sorted(found, key=lambda event: (event.at, event.user, event.kind))

    def _customer(self, number: int) -> Customer:
        random = self._random("customer", number)
        persona = random.choices(PERSONAS, [persona.share for persona in PERSONAS])[0]
        known = {category: weight for category, weight in persona.likes.items() if category in self._shelves}
        return Customer(
            user=f"sim-{number:04d}",
            persona=persona,
            preferences={category: weight * math.exp(random.gauss(0, 0.5)) for category, weight in known.items()},
            thrift=persona.thrift * random.uniform(0.67, 1.33),
            sessions_a_day=persona.sessions / 7 * math.exp(random.gauss(0, 0.6)),
            colour=random.choice(list(COLOURS)),
        )

    def _life(self, customer: Customer) -> Iterator[Event]:
        random = self._random("life", customer.user)
        for day in range(self._days, 0, -1):
            start = self._until - timedelta(days=day)
            busy = 1.4 if start.weekday() >= 5 else 0.84
            moments = sorted(_moment(start, random) for _ in range(_poisson(customer.sessions_a_day * busy, random)))
            for moment in moments:
                yield from (event for event in self._session(customer, moment, random) if event.at < self._until)

    def _session(self, customer: Customer, at: datetime, random: Random) -> Iterator[Event]:
        category = self._need(customer, at, random)
        if random.random() < 0.05 and customer.persona.language == "ru":
            yield Searched(at, customer.user, "ru", random.choice(MISSING), (), 0)
            return
        language = customer.persona.language
        if random.random() < 0.1:
            yield from self._card(customer, random.choice(self._shelves[category]), None, at, random)
            return
        phrases = ENGLISH.get(category, PHRASES[category]) if language == "en" else PHRASES[category]
        text = random.choices(phrases, [0.5**place for place in range(len(phrases))])[0]
        listed = self._listed(category, text, customer, random)
        hits = tuple(offer.offer_id for offer in listed)
        yield Searched(at, customer.user, language, text, hits, len(self._shelves[category]))
        for position, offer in enumerate(listed):
            at += timedelta(seconds=random.randint(4, 40))
            if random.random() > LOOKED_AT**position or random.random() > _logistic(
                self._utility(customer, offer) - 0.4
            ):
                continue
            for event in self._card(customer, offer, position, at, random):
                yield event
                if isinstance(event, Purchased):
                    return

    def _card(
        self, customer: Customer, offer: DemoOffer, position: int | None, at: datetime, random: Random
    ) -> Iterator[Event]:
        user, language = customer.user, customer.persona.language
        utility = self._utility(customer, offer)
        yield Viewed(at, user, language, offer.offer_id, position, "link" if position is None else "search")
        if random.random() < 0.25 * _logistic(utility):
            yield Reacted(at + timedelta(seconds=3), user, language, offer.offer_id, Reaction.LIKE)
        elif random.random() < 0.08 * _logistic(-utility):
            yield Reacted(at + timedelta(seconds=3), user, language, offer.offer_id, Reaction.HIDE)
            return
        again = offer.category in CONSUMED or offer.offer_id not in customer.owned
        if offer.available and again and random.random() < 0.16 * _logistic(1.2 * utility - 1):
            quantity = random.choice((1, 1, 2, 3)) if offer.category in CONSUMED else 1
            customer.owned.add(offer.offer_id)
            customer.wants = list(FOLLOWS.get(offer.category, ()))
            yield Purchased(at + timedelta(minutes=random.randint(1, 9)), user, language, offer.offer_id, quantity)

    def _need(self, customer: Customer, at: datetime, random: Random) -> str:
        wanted = [category for category in customer.wants if category in self._shelves]
        if wanted and random.random() < 0.6:
            category = random.choice(wanted)
            customer.wants.remove(category)
            return category
        weights = [weight * _season(category, at) for category, weight in customer.preferences.items()]
        return random.choices(list(customer.preferences), weights)[0]

    def _listed(self, category: str, text: str, customer: Customer, random: Random) -> list[DemoOffer]:
        stems = [word[:5] for word in text.split() if len(word) > 3]

        def rank(offer: DemoOffer) -> float:
            named = any(stem in self._names[offer.offer_id] for stem in stems)
            own = offer.language == customer.persona.language
            return self._appeal[offer.offer_id] + 2 * named + 1.5 * own + random.gauss(0, 0.7)

        return sorted(self._shelves[category], key=rank, reverse=True)[:SHOWN]

    def _utility(self, customer: Customer, offer: DemoOffer) -> float:
        return (
            0.8 * self._appeal[offer.offer_id]
            + 0.9 * (offer.brand in customer.persona.brands)
            + 0.6 * (offer.colour == customer.colour)
            + 0.5 * (offer.language == customer.persona.language)
            - customer.thrift * self._dearness[offer.offer_id]
            - 1.5 * (not offer.available)
        )

    def _random(self, *names: object) -> Random:
        return Random(":".join(map(str, (self._seed, *names))))  # noqa: S311 - repeatable on purpose


def _dearness(shelf: Sequence[DemoOffer]) -> dict[str, float]:
    """Product id → standard score of the logarithm of its price among its shelf."""
    logs = [math.log(offer.price) for offer in shelf]
    middle, spread = fmean(logs), pstdev(logs) or 1.0
    return {offer.offer_id: (log - middle) / spread for offer, log in zip(shelf, logs, strict=True)}


def _season(category: str, at: datetime) -> float:
    peak, more = SEASONS.get(category, (1, 0.0))
    return 1 + more * math.cos(math.tau * (at.month - peak) / 12)


def _moment(start: datetime, random: Random) -> datetime:
    """Within the 24 hours from `start`, at an hour of Moscow that people are awake at."""
    hour = random.uniform(18, 23) if random.random() < 2 / 3 else random.uniform(9, 18)
    local = start + MOSCOW
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    moment = midnight + timedelta(seconds=int(hour * 3600) + random.randrange(60))
    return (moment if moment >= local else moment + timedelta(days=1)) - MOSCOW


def _poisson(mean: float, random: Random) -> int:
    """Knuth's method; fine for the small means used here."""
    limit, count, product = math.exp(-mean), 0, random.random()
    while product > limit:
        count += 1
        product *= random.random()
    return count


def _logistic(value: float) -> float:
    return 1 / (1 + math.exp(-value))
