"""Parties and the links between them: who pays whom, the same on all days.

- *scale-free*: the static model of K.-I. Goh, B. Kahng and D. Kim, "Universal behavior of load
  distribution in scale-free networks", Physical Review Letters 87 (2001), 278701: the i-th party
  has the fitness i to the power −1 ÷ (exponent − 1), and a pair is linked with the chance
  1 − exp(−c · product of both).
- *random*: each pair alike and on its own, E. N. Gilbert, "Random graphs", Annals of Mathematical
  Statistics 30 (1959), 1141–1144, the model that also bears the names of Erdős and Rényi.
- *core-periphery*: blocks of different density, after S. P. Borgatti and M. G. Everett, "Models of
  core/periphery structures", Social Networks 21 (2000), 375–395.
"""

from dataclasses import dataclass
from typing import Any, Final, assert_never

import numpy as np
from numpy.typing import NDArray

from comity.generation.payment_profile import (
    PERMILLE,
    NetworkKind,
    PaymentCorridor,
    PaymentProfile,
)
from comity.generation.streams import Stream, random_stream

Ints = NDArray[np.int64]
Floats = NDArray[Any]

_LETTERS: Final = 26
_HALVINGS: Final = 200


@dataclass(frozen=True, slots=True, eq=False)
class Links:
    """Links of one corridor in one direction.

    Attributes:
        payer: by link, place of the party.
        payee: likewise.
        bounds: running sum of how often each is taken, which follows the sizes of both.
    """

    payer: Ints
    payee: Ints
    bounds: Floats


@dataclass(frozen=True, slots=True, eq=False)
class PaymentNetwork:
    """Parties and links.

    Attributes:
        parties: names, synthetic test BICs: country in places 5 and 6, a 0 at the end.
        country: by party, place of its country in the profile.
        size: by party; the first of each country is the largest.
        is_core: by party; nobody where the network is of another kind.
        links: by corridor, forward and back.
    """

    parties: tuple[str, ...]
    country: Ints
    size: Floats
    is_core: NDArray[np.bool_]
    links: tuple[tuple[Links, Links], ...]


def draw_network(profile: PaymentProfile, seed: int) -> PaymentNetwork:
    """Return the network of a profile, the same for the same seed."""
    country = np.repeat(
        np.arange(len(profile.countries)), [each.parties for each in profile.countries]
    ).astype(np.int64)
    rank = np.concatenate([np.arange(each.parties) for each in profile.countries])
    size = np.concatenate(
        [_sizes(profile, seed, number) for number in range(len(profile.countries))]
    )
    is_core = np.zeros(len(country), np.bool_)
    if profile.network.kind is NetworkKind.CORE_PERIPHERY:
        counts = np.array([_core_count(profile, each.parties) for each in profile.countries])
        is_core = rank < counts[country]
    eligible = _eligible(profile, country)
    chance = _chances(profile, rank, is_core, eligible)
    forward = _directed(profile, seed, chance)
    return PaymentNetwork(
        parties=tuple(
            f"Z{_letters(int(at))}{profile.countries[number].code}X0"
            for at, number in zip(rank, country, strict=True)
        ),
        country=country,
        size=size,
        is_core=is_core,
        links=tuple(
            _corridor_links(profile, each, country=country, size=size, linked=forward)
            for each in profile.corridors
        ),
    )


def _core_count(profile: PaymentProfile, parties: int) -> int:
    return max(1, parties * profile.network.core_permille // PERMILLE)


def _sizes(profile: PaymentProfile, seed: int, number: int) -> Floats:
    country = profile.countries[number]
    stream = random_stream(seed, Stream.SIZES, day=0, flow=number)
    drawn = np.exp(stream.standard_normal(country.parties) * country.size_sigma_permille / PERMILLE)
    found: Floats = np.sort(drawn)[::-1]
    return found


def _letters(number: int) -> str:
    """Return three letters for a number below 26³."""
    found = ""
    for _ in range(3):
        number, place = divmod(number, _LETTERS)
        found = chr(ord("A") + place) + found
    return found


def _eligible(profile: PaymentProfile, country: Ints) -> NDArray[np.bool_]:
    """Return which pairs, the lower place first, stand in a corridor."""
    code = {each.code: at for at, each in enumerate(profile.countries)}
    allowed = np.zeros((len(code), len(code)), np.bool_)
    for each in profile.corridors:
        allowed[code[each.payer], code[each.payee]] = True
        allowed[code[each.payee], code[each.payer]] = True
    pairs: NDArray[np.bool_] = np.triu(allowed[np.ix_(country, country)], 1)
    return pairs


def _chances(
    profile: PaymentProfile,
    rank: Ints,
    is_core: NDArray[np.bool_],
    eligible: NDArray[np.bool_],
) -> Floats:
    """Return the chance of each pair to be linked; the lower triangle is 0."""
    network = profile.network
    found: Floats
    pairs = len(rank) * network.partners_permille / (2 * PERMILLE)
    match network.kind:
        case NetworkKind.CORE_PERIPHERY:
            density = (
                network.periphery_periphery_permille,
                network.core_periphery_permille,
                network.core_core_permille,
            )
            both = is_core.astype(np.int64)
            found = np.array(density)[both[:, None] + both[None, :]] / PERMILLE
        case NetworkKind.RANDOM:
            found = np.full(eligible.shape, min(1, pairs / max(1, int(eligible.sum()))))
        case NetworkKind.SCALE_FREE:
            fitness = (rank + 1) ** (-PERMILLE / (network.exponent_permille - PERMILLE))
            products = np.outer(fitness, fitness)[eligible]
            found = np.zeros(eligible.shape)
            found[eligible] = 1 - np.exp(-_factor(products, pairs) * products)
        case _:
            assert_never(network.kind)
    return np.where(eligible, found, 0)


def _factor(products: Floats, pairs: float) -> float:
    """Return the c with which so many pairs are expected, by halving."""
    wanted = min(pairs, len(products) * 0.999)
    low, high = 0.0, 1.0
    while (1 - np.exp(-high * products)).sum() < wanted:
        high *= 2
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        if (1 - np.exp(-middle * products)).sum() < wanted:
            low = middle
        else:
            high = middle
    return high


def _directed(profile: PaymentProfile, seed: int, chance: Floats) -> NDArray[np.bool_]:
    """Draw the links from the chances of pairs: one way, or both.

    With reciprocity r, r ÷ (2 − r) of the pairs are linked both ways: then r of the links are.
    """
    stream = random_stream(seed, Stream.NETWORK, day=0)
    is_pair = stream.random(chance.shape) < chance
    reciprocity = profile.network.reciprocity_permille
    both = is_pair & (stream.random(chance.shape) * (2 * PERMILLE - reciprocity) < reciprocity)
    upward = is_pair & (stream.random(chance.shape) < 0.5)
    linked: NDArray[np.bool_] = both | upward | (both | (is_pair & ~upward)).T
    return linked


def _corridor_links(
    profile: PaymentProfile,
    corridor: PaymentCorridor,
    *,
    country: Ints,
    size: Floats,
    linked: NDArray[np.bool_],
) -> tuple[Links, Links]:
    """Return the links of a corridor; where nobody drew one, the largest parties have it."""
    code = {each.code: at for at, each in enumerate(profile.countries)}
    payer, payee = code[corridor.payer], code[corridor.payee]
    payers, payees = np.flatnonzero(country == payer), np.flatnonzero(country == payee)
    block = linked[np.ix_(payers, payees)]
    back = linked[np.ix_(payees, payers)]
    if payer == payee:
        block, back = np.triu(block), np.tril(back)
    first, last = int(payers[0]), int(payees[1] if payer == payee else payees[0])
    return (
        _weighted(payers, payees, block, size, (first, last)),
        _weighted(payees, payers, back, size, (last, first)),
    )


def _weighted(
    payers: Ints,
    payees: Ints,
    block: NDArray[np.bool_],
    size: Floats,
    fallback: tuple[int, int],
) -> Links:
    rows, columns = np.nonzero(block)
    payer, payee = payers[rows], payees[columns]
    if not len(rows):
        payer, payee = np.array(fallback[:1], np.int64), np.array(fallback[1:], np.int64)
    return Links(payer, payee, np.cumsum(size[payer] * size[payee]))
