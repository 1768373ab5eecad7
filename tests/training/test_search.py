"""The search of recipes: the same on this machine and on a Dask cluster."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from distributed import Client, LocalCluster

from moderation.errors import InputError
from tests.training.conftest import SMALL, toxicity_only
from training.corpus import read, seed_file
from training.fit import Recipe
from training.search import grid, read_recipe, running_on, search

pytestmark = pytest.mark.filterwarnings("default")  # distributed's own threads and sockets


@pytest.fixture(scope="module")
def cluster() -> Iterator[LocalCluster]:
    with LocalCluster(  # type: ignore[no-untyped-call]
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
    ) as cluster:
        yield cluster


def has_searched() -> bool:
    return "training.search" in sys.modules


def test_a_dask_cluster_finds_what_this_machine_finds(cluster: LocalCluster) -> None:
    examples = toxicity_only(read(seed_file()))[::4]
    recipes = grid(SMALL, ["strength=0.001,4"])
    with running_on("dask", cluster.scheduler_address, 1):
        far = search(examples, {}, recipes, folds=2)
    with Client(cluster.scheduler_address) as client:  # type: ignore[no-untyped-call]
        assert any(client.run(has_searched).values())  # the workers did it, not this process
    with running_on("threading", None, 1):
        near = search(examples, {}, recipes, folds=2)
    assert far == near
    assert near[0].roc_auc >= near[1].roc_auc > 0.5


def test_a_cluster_that_is_not_there_is_named() -> None:
    with pytest.raises(InputError, match="needs `--scheduler`"), running_on("dask", None, 1):
        pass


def test_a_grid_is_every_combination() -> None:
    found = grid(Recipe(), ["strength=1,2", "min_df=3,4"])
    assert [(recipe.strength, recipe.min_df) for recipe in found] == [(1.0, 3), (1.0, 4), (2.0, 3), (2.0, 4)]


@pytest.mark.parametrize("choice", ["nonsense=1", "strength", "strength=", "min_df=1.5", "strength=strong"])
def test_what_no_recipe_has_is_refused(choice: str) -> None:
    with pytest.raises(InputError, match=r"strength|min_df"):
        grid(Recipe(), [choice])


def test_a_recipe_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "recipe.json"
    path.write_text(json.dumps(Recipe(strength=2.5).as_dict()), "utf-8")
    assert read_recipe(path) == Recipe(strength=2.5)
    path.write_text('{"strenght": 1}', "utf-8")
    with pytest.raises(InputError, match="strenght"):
        read_recipe(path)
    with pytest.raises(InputError, match="cannot be read"):
        read_recipe(tmp_path / "none.json")
