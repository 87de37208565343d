"""How long the checker takes over texts made to be slow, and over the policies we ship: seconds of one core.

make bench
"""

from __future__ import annotations

import time
from pathlib import Path

from tests.policy.shapes import SHAPES
from troth.policy import check_policy

POLICIES = Path(__file__).parents[1] / "policies"
SHOWN = 5
TRIES = 3


def seconds(text: str) -> float:
    """Return the least of a few: what the text itself costs, whatever else the machine does."""
    spent = []
    for _ in range(TRIES):
        begun = time.process_time()
        check_policy(text)
        spent.append(time.process_time() - begun)
    return min(spent)


def main() -> None:
    """Print the shipped policies, then the slowest of the shapes."""
    print(f"\nOne policy checked, seconds of one core; the slowest {SHOWN} of {len(SHAPES)} texts made to be slow")
    for path in sorted(POLICIES.glob("*.md")):
        print(f"{path.name:32}{seconds(path.read_text(encoding='utf-8')):>8.3f}")
    slowest = sorted(((seconds(text), name) for name, text in SHAPES.items()), reverse=True)
    for spent, name in slowest[:SHOWN]:
        print(f"{name:32}{spent:>8.3f}")


if __name__ == "__main__":
    main()
