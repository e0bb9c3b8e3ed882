"""Two years of a made-up district: streets, facilities, people, capacities and standards that may all differ."""

import itertools

import numpy as np
import pandas as pd

from circle15.assess.circles import Circle
from circle15.assess.comparison.changed_sites import ChangedSites, SiteDistances, sites_table
from circle15.assess.comparison.shapley import shapley_parts
from circle15.assess.comparison.sites import SiteScores, site_parts
from circle15.assess.comparison.split import mixtures, split_table
from circle15.assess.comparison.years import FACTORS, Definitions, TwoYears, View
from circle15.assess.reach import soft_reach, strict_reach
from circle15.assess.rules import Rule
from circle15.catalogue.loader import load_catalogue

SERVICES = ("childcare", "clinic", "primary_school")
GROUPS = ("all", "0-2")
LIMIT_M = 900.0


def two_years(seed, moved=(True,) * 5):
    """Both years and their changed sites; a factor that has not ``moved`` is the same in both."""
    dice = np.random.default_rng(seed)
    cells, towns = int(dice.integers(4, 16)), int(dice.integers(1, 4))
    facilities, capacity, population, network, definitions = moved
    people = _people(dice, cells, population)
    judged = _definitions(dice, cells, definitions)
    sites = [_sites(dice, facilities) for _ in SERVICES]
    stretch = [dice.uniform(0.6, 1.6, cells) for _ in range(2)]
    stretch[1] = stretch[1] if network else stretch[0]
    homes = dice.uniform(0, 3000, (cells, 2))
    far = [{name: _metres(homes, site, name) for name in ("before", "after")} for site in sites]
    views = {
        (n, f, d): tuple(_view(each, stretch[n], f, judged[d], number) for number, each in enumerate(far))
        for n, f, d in itertools.product((0, 1), repeat=3)
    }
    seats = [dice.uniform(0, 0.3, (2, len(site["before"]))) for site in sites]
    flags = [dice.random((2, len(site["before"]))) < 0.5 for site in sites]
    listed = {
        (f, c, d): tuple(_listed(*each, f, c if capacity else 0) for each in zip(sites, seats, flags, strict=True))
        for f, c, d in itertools.product((0, 1), repeat=3)
    }
    units = pd.DataFrame(
        [("county", "1", "县"), *(("town", f"1{t}", f"镇{t}") for t in range(towns))], columns=["level", "code", "name"]
    )
    years = TwoYears(
        units=units,
        unit_of_cell={"county": np.zeros(cells, dtype=int), "town": dice.integers(0, towns, cells)},
        people=people,
        definitions=judged,
        views=views,
        facilities=listed,
        supplied=frozenset({"childcare", "primary_school"}),
        judged=frozenset(),
        moved=moved,
    )
    return years, _changed(sites, far, stretch)


def _people(dice, cells, differ):
    old, new = (
        pd.DataFrame({group: dice.integers(0, 9, cells) * (dice.random(cells) < 0.8) * 1.0 for group in GROUPS})
        for _ in range(2)
    )
    for frame in (old, new):
        frame["all"] += frame["0-2"] + 1.0
    return (old, new) if differ else (old, old)


def _definitions(dice, cells, differ):
    services = load_catalogue().services
    kinds = pd.DataFrame({"urban_rural": dice.choice(["urban", "rural"], cells)})
    made = []
    for _ in range(2):
        rules = [Rule("walk", 15.0, limit, 1.0) for limit in dice.uniform(0.5, 1.5, 2) * LIMIT_M]
        circles = tuple(
            Circle(services[id_], "0-2" if id_ == "childcare" else "all", *rules, f"{id_}_m") for id_ in SERVICES
        )
        weights = dice.dirichlet(np.ones(len(SERVICES)))
        made.append(Definitions(circles, weights, soft_reach if dice.random() < 0.7 else strict_reach, kinds))
    return (made[0], made[1]) if differ else (made[0], made[0])


def _sites(dice, differ):
    """Where each site was and is, NaN where it was not or is not; some stay, some come, go or move."""
    count = int(dice.integers(1, 7))
    before = dice.uniform(0, 3000, (count, 2))
    after = before.copy()
    if differ:
        what = dice.choice(["stays", "comes", "goes", "moves"], count)
        before[what == "comes"] = np.nan
        after[what == "goes"] = np.nan
        after[what == "moves"] += dice.uniform(-900, 900, ((what == "moves").sum(), 2))
    return {"before": before, "after": after}


def _metres(homes, site, name):
    """(cells, sites), ``inf`` where there is no site."""
    apart = np.linalg.norm(homes[:, None] - site[name][None], axis=2)
    return np.where(np.isnan(apart), np.inf, apart)


def _view(far, stretch, listed, definitions, number):
    metres = far[("before", "after")[listed]] * stretch[:, None]
    there = np.isfinite(metres).any(axis=0)
    near = metres[:, there] <= definitions.circles[number].limits_m(definitions.cells)[:, None]
    origin, facility = np.nonzero(near)
    return View(metres.min(axis=1), origin, facility)


def _listed(site, seats, flags, listed, capacity):
    there = ~np.isnan(site[("before", "after")[listed]]).any(axis=1)
    ids = np.array([f"{'on'[listed]}{at}" for at in range(len(there))], dtype=object)
    return pd.DataFrame({"facility_id": ids, "capacity": seats[capacity], "flag_inclusive": flags[capacity]})[
        there
    ].reset_index(drop=True)


def _changed(sites, far, stretch):
    found = []
    for number, (site, metres) in enumerate(zip(sites, far, strict=True)):
        same = (site["before"] == site["after"]).all(axis=1)
        rows = [
            (
                "opened" if np.isnan(one[0]) else "closed" if np.isnan(other[0]) else "moved",
                "" if np.isnan(one[0]) else f"o{at}",
                "" if np.isnan(other[0]) else f"n{at}",
                f"站{at}",
            )
            for at, one, other in zip(np.flatnonzero(~same), site["before"][~same], site["after"][~same], strict=True)
        ]
        named = pd.DataFrame(rows, columns=["change", "old_id", "new_id", "site"])
        distances = {}
        for n, d in itertools.product((0, 1), repeat=2):
            walked = {name: metres[name] * stretch[n][:, None] for name in metres}
            base = walked["after"][:, same].min(axis=1) if same.any() else np.full(len(stretch[n]), np.inf)
            home, at = (axis.ravel() for axis in np.indices(walked["before"][:, ~same].shape))
            sides = (walked[name][:, ~same].ravel() for name in ("before", "after"))
            distances[n, d] = SiteDistances(base, home, at, *sides)
        found.append(ChangedSites(number, named, distances))
    return tuple(found)


def faults_of_years(seed):
    """What is wrong with the split of two made-up years; nothing where all is well."""
    dice = np.random.default_rng(seed)
    moved = tuple(bool(each) for each in dice.random(5) < 0.7)
    years, changed = two_years(seed, moved)
    values = mixtures(years)
    split, sites = split_table(years, values), sites_table(years, changed, values)
    parts = split[list(FACTORS)].to_numpy()
    faults = []
    known = split["change"].notna().to_numpy()
    if not known.any() or np.abs(parts[known].sum(axis=1) - split["change"][known]).max() > 1e-9:
        faults.append("parts do not add up")
    still = [at for at, differs in enumerate(moved) if not differs]
    if np.nan_to_num(parts[:, still]).any():
        faults.append("what has not changed has a part")
    faults += _faults_of_sites(split, sites)
    return faults


def _faults_of_sites(split, sites):
    wanted = split.set_index(["level", "code", "service", "measure"])["facilities"]
    sums = sites.groupby(["level", "code", "service"])[["coverage", "access", "root_access", "root_supply"]].sum(
        min_count=1
    )
    sums.columns.name = "measure"
    long = sums.stack().reindex(
        wanted.index[wanted.index.get_level_values("measure").isin(sums.columns)], fill_value=0.0
    )
    long = long[~long.index.get_level_values("service").isin(["all_services"])]
    apart = (long - wanted.reindex(long.index)).abs().max()
    told = [("sites do not add up to the part of facilities", apart)]
    for measure in ("balanced_access", "quality", "overall"):
        own = sites.groupby(["level", "code"])[measure].sum()
        whole = split[split["measure"] == measure].set_index(["level", "code"])["facilities"]
        gap = (own.reindex(whole.index, fill_value=0.0) - whole.fillna(0.0)).abs().max()
        told.append((f"sites do not add up in {measure}", gap))
    return [fault for fault, off in told if off > 1e-9]


def faults_of_games(seed):
    """What is wrong with the parts of a made-up game, and of made-up sites against all their sets."""
    dice = np.random.default_rng(seed)
    count = int(dice.integers(1, 6))
    values = dice.normal(size=2**count)
    parts, faults = shapley_parts(values), []
    if abs(parts.sum() - (values[-1] - values[0])) > 1e-9:
        faults.append("parts do not add up")
    order = dice.permutation(count)
    relabelled = np.array(
        [values[sum(1 << order[bit] for bit in range(count) if row >> bit & 1)] for row in range(2**count)]
    )
    if np.abs(shapley_parts(relabelled) - parts[order]).max() > 1e-9:
        faults.append("names of causes matter")
    idle = shapley_parts(np.concatenate([values, values]))
    if idle[-1] != 0 or np.abs(idle[:-1] - parts).max() > 1e-9:
        faults.append("an idle cause has a part")
    return faults + _faults_of_site_parts(dice)


def _faults_of_site_parts(dice):
    homes, count = 3, int(dice.integers(1, 6))
    levels = np.array([0.0, 0.0, 0.2, 0.5, 0.5, 0.8, 1.0])
    base, before, after = (dice.choice(levels, shape) for shape in (homes, (homes, count), (homes, count)))
    sets = [
        np.maximum(base, np.where([[row >> at & 1 for at in range(count)]], after, before).max(axis=1))
        for row in range(2**count)
    ]
    home, site = (axis.ravel() for axis in np.indices((homes, count)))
    rows = dice.permutation(len(home))
    scores = SiteScores(home[rows], site[rows], before.ravel()[rows], after.ravel()[rows])
    found = np.zeros(len(home))
    found[rows] = site_parts(base, scores)
    wanted = shapley_parts(np.array(sets)).T
    return (
        [] if np.abs(found.reshape(homes, count) - wanted).max() <= 1e-9 else ["a site's part is not that of all sets"]
    )
