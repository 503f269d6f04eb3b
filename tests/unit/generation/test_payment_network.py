"""Networks of parties: what tells one model from another, and what the parameters do."""

import numpy as np
import pytest
from tests.unit.generation.profile_texts import builtin, with_network

from comity.generation.payment_network import PaymentNetwork, draw_network
from comity.generation.payment_profile import PaymentProfile
from comity.identifiers import is_bic


def adjacency(network: PaymentNetwork) -> np.ndarray:
    found = np.zeros((len(network.parties),) * 2, np.bool_)
    for pair in network.links:
        for links in pair:
            found[links.payer, links.payee] = True
    return found


def partners(profile: PaymentProfile, seed: int) -> np.ndarray:
    linked = adjacency(draw_network(profile, seed))
    counts: np.ndarray = (linked | linked.T).sum(axis=1)
    return counts


def test_parties_are_test_bics_whose_country_can_be_read() -> None:
    profile = builtin("six-currencies")
    network = draw_network(profile, 1)
    assert len(set(network.parties)) == sum(each.parties for each in profile.countries)
    assert all(is_bic(name) and name[7] == "0" for name in network.parties)
    codes = [profile.countries[at].code for at in network.country]
    assert [name[4:6] for name in network.parties] == codes


@pytest.mark.parametrize("seed", range(5))
def test_the_largest_hub_of_a_scale_free_network_is_above_that_of_a_random_one(seed: int) -> None:
    scale_free, random = (partners(builtin(name), seed) for name in ("scale-free", "random"))
    assert abs(scale_free.mean() - random.mean()) < 1.5, "both have as many links"
    assert scale_free.max() > 1.5 * random.max()
    assert (scale_free**2).mean() > 1.3 * (random**2).mean()


@pytest.mark.parametrize("name", ["scale-free", "random"])
def test_parties_have_as_many_partners_as_the_profile_says(name: str) -> None:
    means = [partners(builtin(name), seed).mean() for seed in range(5)]
    assert abs(np.mean(means) - 8) < 0.4


def test_a_heavier_tail_has_a_larger_hub() -> None:
    profile = builtin("scale-free")
    hubs = [
        np.mean(
            [partners(with_network(profile, exponent_permille=at), seed).max() for seed in range(5)]
        )
        for at in (2_200, 3_000, 5_000)
    ]
    assert hubs == sorted(hubs, reverse=True)


def test_the_blocks_of_core_and_periphery_are_as_dense_as_the_profile_says() -> None:
    network = draw_network(builtin("core-periphery"), 1)
    linked = adjacency(network)
    pairs, core = linked | linked.T, network.is_core
    assert core.sum() == 20

    def density(first: np.ndarray, second: np.ndarray) -> float:
        block = np.triu(np.outer(first, second) | np.outer(second, first), 1)
        return float(pairs[block].mean())

    assert abs(density(core, core) - 0.8) < 0.1
    assert abs(density(core, ~core) - 0.15) < 0.02
    assert abs(density(~core, ~core) - 0.005) < 0.002


def test_reciprocity_is_what_the_profile_says() -> None:
    for permille in (0, 300, 600, 1_000):
        linked = adjacency(
            draw_network(with_network(builtin("random"), reciprocity_permille=permille), 1)
        )
        both = (linked & linked.T).sum() / linked.sum()
        assert abs(both - permille / 1_000) < 0.06


def test_the_network_follows_from_the_seed() -> None:
    profile = builtin("scale-free")
    first, again, other = (adjacency(draw_network(profile, seed)) for seed in (1, 1, 2))
    assert (first == again).all()
    assert (first != other).any()


def test_a_corridor_that_drew_no_link_has_one() -> None:
    profile = with_network(
        builtin("core-periphery"),
        core_core_permille=0,
        core_periphery_permille=0,
        periphery_periphery_permille=0,
    )
    network = draw_network(profile, 1)
    assert [len(links.payer) for pair in network.links for links in pair] == [1] * 6
    assert all((links.payer != links.payee).all() for pair in network.links for links in pair)
