"""Published optima of problems that need no data: chessboards, codes, triple systems."""

from itertools import combinations, product

import numpy as np
import pandas as pd
import pytest

from circle15.siting import of_distances, solve


def words(letters, length):
    """All words of so many letters, (words, length)."""
    return np.array(list(product(range(letters), repeat=length)))


def differing(at):
    """In how many places two words differ, (words, words)."""
    return (at[:, None, :] != at[None, :, :]).sum(axis=2).astype(float)


def squares(side):
    """Rows and columns between two squares of a board, (squares, squares) each."""
    at = np.array(list(product(range(side), repeat=2)))
    return np.abs(at[:, None, :] - at[None, :, :]).transpose(2, 0, 1)


def queens(side):
    rows, columns = squares(side)
    return (rows == 0) | (columns == 0) | (rows == columns)


def knights(side):
    rows, columns = squares(side)
    return (rows * columns == 2) | (rows + columns == 0)


def kings(side):
    return np.maximum(*squares(side)) <= 1


def triples(points):
    """The triple system of Bose (1939): every two points are in one triple, (triples, points)."""
    third = points // 3
    of = [[(at, 0), (at, 1), (at, 2)] for at in range(third)]
    for (one, other), level in product(combinations(range(third), 2), range(3)):
        of.append([(one, level), (other, level), ((one + other) * (third + 1) // 2 % third, (level + 1) % 3)])
    inside = np.zeros((len(of), points), dtype=bool)
    for number, members in enumerate(of):
        inside[number, [at + third * level for at, level in members]] = True
    return inside


def covered_within_one(reached):
    """A table of distances: 1 where a row is reached by a column."""
    return named(np.where(reached, 1.0, np.inf))


def named(metres):
    return pd.DataFrame(
        metres, [f"p{row:03}" for row in range(len(metres))], [f"s{n:03}" for n in range(len(metres.T))]
    )


FEWEST = {
    "four_queens_see_a_board_of_seven": (queens(7), 4),
    "twelve_knights_see_a_board_of_eight": (knights(8), 12),
    "nine_kings_see_a_board_of_nine": (kings(9), 9),
    "sixteen_kings_see_a_board_of_twelve": (kings(12), 16),
    "codes_of_five_bits": (differing(words(2, 5)) <= 1, 7),
    "codes_of_six_bits_within_two": (differing(words(2, 6)) <= 2, 4),
    "football_pool_of_four_matches": (differing(words(3, 4)) <= 1, 9),
    "triples_of_nine": (triples(9), 5),
    "triples_of_fifteen": (triples(15), 9),
}


@pytest.mark.parametrize("name", FEWEST)
def test_fewest_sites_are_as_published(name):
    """Domination of chessboards (Cockayne 1990), codes (Cohen et al. 1997), triples (Fulkerson et al. 1974)."""
    reached, published = FEWEST[name]
    plan = solve(of_distances(covered_within_one(reached), reached.shape[1], "everyone"))
    assert (plan.value, plan.proven, len(plan.new)) == (published, True, published)


def test_a_perfect_code_is_the_best_for_most_people_least_walking_and_the_shortest_longest_way():
    """The 16 words of Hamming (1950) of seven bits: each of the 128 words is at most one bit from one of them."""
    bits = named(differing(words(2, 7)))
    found = {
        asked: solve(of_distances(bits, 16, asked, limit_m=1.0))
        for asked in ("people", "distance", "longest", "everyone")
    }
    assert {asked: plan.value for asked, plan in found.items()} == {
        "people": 128.0,
        "distance": 112.0,
        "longest": 1.0,
        "everyone": 16.0,
    }
    assert all(plan.proven for plan in found.values())


def test_a_site_short_of_a_perfect_code_leaves_eight_words():
    plan = solve(of_distances(named(differing(words(2, 7))), 15, "people", limit_m=1.0))
    assert (plan.value, plan.proven) == (120.0, True)


@pytest.mark.parametrize(("sites", "longest_m"), [(2, 5.0), (3, 4.0), (4, 2.0), (8, 2.0), (9, 1.0), (34, 0.0)])
def test_islands_share_the_sites_of_the_shortest_longest_way(sites, longest_m):
    """Words of five bits (1, 2, 7, 32 leave 5, 2, 1, 0 bits), and two places 4 apart on an island of their own."""
    bits = differing(words(2, 5))
    apart = np.full((34, 34), np.inf)
    apart[:32, :32], apart[32:, 32:] = bits, [[0.0, 4.0], [4.0, 0.0]]
    plan = solve(of_distances(named(apart), sites, "longest"))
    assert plan.proven
    assert plan.value == longest_m
    assert len(plan.new) <= sites
