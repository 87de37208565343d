"""What exists and since when: the releases known to a policy, to which a desk adds its own.

Pure data; which of them is current, prior or retired is for the engine to say, at an instant.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal, Self


@dataclass(frozen=True, slots=True)
class Release:
    """One release of a product. `released` counts from local midnight of the desk; `ends` is its last day."""

    product: str
    version: str
    released: date
    line: str | None = None
    kind: Literal["product", "utility", "add-on"] = "product"
    status: str | None = None
    ends: date | None = None
    branded: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Catalogue:
    """Releases by product and version; built with `of`, never changed."""

    releases: tuple[Release, ...]
    _found: dict[tuple[str, str], Release]
    _products: dict[str, tuple[Release, ...]]

    @classmethod
    def of(cls, releases: Iterable[Release]) -> Self:
        """Return the catalogue of `releases`; of two with the same product and version the later stands."""
        found: dict[tuple[str, str], Release] = {}
        for release in releases:
            found[release.product, release.version] = release
        products: dict[str, list[Release]] = {}
        for release in found.values():
            products.setdefault(release.product, []).append(release)
        by_product = {name: tuple(sorted(some, key=_age)) for name, some in products.items()}
        return cls(tuple(found.values()), found, by_product)

    def with_releases(self, more: Iterable[Release]) -> Self:
        """Return the catalogue with `more`; the same product and version is replaced."""
        return self.of((*self.releases, *more))

    def of_product(self, name: str) -> tuple[Release, ...]:
        """Return a product's releases, oldest first; none for a product nobody knows."""
        return self._products.get(name, ())

    def find(self, product: str, version: str) -> Release | None:
        """Return that release, or None."""
        return self._found.get((product, version))


def _age(release: Release) -> tuple[date, str]:
    return release.released, release.version
