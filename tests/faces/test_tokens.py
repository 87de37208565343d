"""The colours of tokens.css keep the contrast that FACES 5.3 claims, in both themes, inside sRGB."""

import math
import re
from pathlib import Path

import pytest

from troth.faces import stylesheet

TOKENS = (stylesheet.CSS / "tokens.css").read_text(encoding="utf-8")
COLOUR = re.compile(r"--([\w-]+): light-dark\(oklch\(([\d. ]+)\), oklch\(([\d. ]+)\)\);")
NEUTRALS = ("canvas", "surface", "sunken", "raised", "note")
TEXT = ("ink", "ink-2", "ink-3", "accent", "kept", "soon", "late", "paused")
SOFT = ("accent", "kept", "soon", "late", "paused")
FILLS = (
    "line-strong",
    "note-edge",
    "focus",
    "accent-fill",
    "level-1",
    "level-2",
    "level-3",
    "partner",
    "product",
    "customer",
    "third",
)
Rgb = tuple[float, float, float]


def linear(lightness: float, chroma: float, hue: float) -> Rgb:
    """OKLCH as linear sRGB, by Ottosson's matrices."""
    a = chroma * math.cos(math.radians(hue))
    b = chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )


def luminance(colour: Rgb) -> float:
    """Relative luminance as WCAG defines it, of linear sRGB."""
    red, green, blue = (min(max(part, 0.0), 1.0) for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Rgb, other: Rgb) -> float:
    """The contrast ratio of WCAG, from 1 to 21."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def colours(theme: int) -> dict[str, Rgb]:
    """Every colour token in its first saying: 0 gives the light value, 1 the dark one."""
    found: dict[str, Rgb] = {}
    for name, *pair in COLOUR.findall(TOKENS):
        lightness, chroma, hue = (float(part) for part in pair[theme].split())
        found.setdefault(name, linear(lightness, chroma, hue))
    return found


THEMES = pytest.mark.parametrize("palette", [colours(0), colours(1)], ids=["light", "dark"])


def test_white_on_black_is_twenty_one_to_one() -> None:
    """The measure itself is right at both ends of its scale."""
    assert contrast(linear(1, 0, 0), linear(0, 0, 0)) == pytest.approx(21, abs=0.01)


@THEMES
@pytest.mark.parametrize("name", TEXT)
def test_words_stand_out_from_every_ground(palette: dict[str, Rgb], name: str) -> None:
    """Text keeps 4.7 : 1 on each neutral ground and on note paper."""
    measured = {ground: round(contrast(palette[name], palette[ground]), 2) for ground in NEUTRALS}
    assert min(measured.values()) >= 4.7, measured


@THEMES
@pytest.mark.parametrize("name", SOFT)
def test_a_meaning_stands_out_from_its_own_soft_ground(palette: dict[str, Rgb], name: str) -> None:
    """A coloured word keeps 4.7 : 1 on the soft ground of its own colour."""
    assert contrast(palette[name], palette[f"{name}-soft"]) >= 4.7


@THEMES
@pytest.mark.parametrize("ground", [f"{name}-soft" for name in SOFT])
def test_plain_words_can_be_read_on_soft_grounds(palette: dict[str, Rgb], ground: str) -> None:
    """Ink and its second tone keep 4.7 : 1 on each soft ground, where notices and messages stand."""
    assert min(contrast(palette[ink], palette[ground]) for ink in ("ink", "ink-2")) >= 4.7


@THEMES
@pytest.mark.parametrize("name", FILLS)
def test_fills_and_boundaries_stand_out_from_the_surface(palette: dict[str, Rgb], name: str) -> None:
    """What is not text keeps 3 : 1 against the surface it is drawn on."""
    assert contrast(palette[name], palette["surface"]) >= 3


@THEMES
def test_the_primary_button_can_be_read(palette: dict[str, Rgb]) -> None:
    """The words on the filled button keep 4.7 : 1."""
    assert contrast(palette["on-accent"], palette["accent-fill"]) >= 4.7


@THEMES
def test_every_colour_can_be_shown(palette: dict[str, Rgb]) -> None:
    """No token lies outside sRGB, where a screen would show another colour than the one measured."""
    outside = {n: rgb for n, rgb in palette.items() if not all(-0.003 <= part <= 1.003 for part in rgb)}
    assert outside == {}
    assert len(palette) == 31


def test_no_other_sheet_names_a_colour_of_its_own() -> None:
    """Colours come from the tokens; only shadows and mixing with black are said elsewhere."""
    named = re.compile(r"#[0-9a-f]{3,8}\b(?!\))|rgb\(|hsl\(|oklch\((?!0 0 0 /)")
    guilty = [
        sheet
        for sheet in stylesheet.SHEETS
        if sheet != "tokens" and named.search(Path(stylesheet.CSS / f"{sheet}.css").read_text(encoding="utf-8"))
    ]
    assert guilty == []
