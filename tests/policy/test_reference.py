"""The reference and the JSON Schema are made from the models, and the files in docs are what they make today."""

import json
import re

import pytest

from tests.conftest import ROOT
from tests.policy.files import OFFICE, SHOP
from troth.policy import check_policy, parse_policy
from troth.policy.commands import reference
from troth.policy.conditions import PAUSES, WORDS
from troth.policy.examples import EXAMPLES, example_policy
from troth.policy.findings import CODES
from troth.policy.kinds import KINDS, MOMENTS
from troth.policy.located import plain
from troth.policy.page import as_html
from troth.policy.reference import reference_files, reference_page
from troth.policy.rules import AllowanceRule
from troth.policy.schema import policy_schema
from troth.policy.terminal import as_terminal
from troth.policy.vocabulary import Given

POLICIES = sorted((ROOT / "policies").glob("*.md"))
TEXTS = {path.stem: path.read_text(encoding="utf-8") for path in POLICIES}
TEXTS |= {"office": OFFICE, "shop": SHOP, "examples": example_policy()}


@pytest.mark.parametrize("name", reference_files())
def test_the_files_in_docs_are_what_the_models_say(name):
    """After a change to a model: make docs."""
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == reference_files()[name], "stale: run make docs"


def test_the_examples_are_a_sound_policy_with_each_kind():
    """What the reference shows can be copied."""
    assert set(EXAMPLES) == set(KINDS)
    policy, findings = check_policy(example_policy())
    assert [str(one) for one in findings] == []
    assert policy is not None


def test_every_kind_reads_on_the_page_and_on_the_terminal():
    """Purchases and access among them; each entry can be linked to."""
    policy = parse_policy(example_policy())
    page, shown = as_html(policy), as_terminal(policy)
    for kind in KINDS:
        assert f'data-kind="{kind}"' in page
        assert f"§ {kind}" in shown
    assert 'id="purchases/24x7"' in page
    assert "Round the clock" in shown
    assert "Needs: plan is gold" in shown
    assert "Granted by: customer" in shown


def test_the_reference_names_every_kind_key_word_moment_act_pause_and_code():
    """Nothing the reader knows is left out."""
    page = reference_page()
    for kind in KINDS.values():
        section = page.partition(f"### {kind.name}\n")[2].partition("\n### ")[0]
        assert EXAMPLES[kind.name] in section
        assert all(f"| `{key}` |" in section for key in kind.keys), kind.name
    for word in (*WORDS, *MOMENTS, *PAUSES, *Given, *CODES):
        assert word in page
    assert all(f"`{value}`" in page for word in WORDS.values() for value in word.values)


def test_what_a_model_says_of_a_key_stands_beside_the_key():
    """A reader finds what a word means where the word is, and an editor shows it too."""
    page = reference_page()
    per = AllowanceRule.model_fields["per"].description
    assert f"| `per` | `case`, `account and product`, `account`: {per} |" in page
    assert per in json.dumps(policy_schema())


def test_keys_inside_a_list_and_inside_names_are_told_apart():
    """`first of` is a list of rows; `releases` are names."""
    page = reference_page()
    assert "| `first of` | a list of rows, each with the keys below |" in page
    assert "| `releases` | names, each with the keys below |" in page
    assert "| `when missed` | keys of its own, below |" in page


def test_the_command_prints_or_writes(tmp_path, capsys):
    """`make docs` calls the second form."""
    assert reference([]) == 0
    assert capsys.readouterr().out == reference_page()
    assert reference(["--schema"]) == 0
    assert json.loads(capsys.readouterr().out) == policy_schema()
    assert reference(["--write", str(tmp_path)]) == 0
    assert (tmp_path / "policy.schema.json").exists()
    assert reference(["--no-such"]) == 2


# --- the schema ----------------------------------------------------------------------------------------

SORTS = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool, "null": type(None)}
SCHEMA = policy_schema()


def fits(value, schema) -> bool:
    """Whether a value fits a schema: as much of JSON Schema as ours uses."""
    if "$ref" in schema:
        schema = SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]]
    if "anyOf" in schema and not any(fits(value, one) for one in schema["anyOf"]):
        return False
    if "enum" in schema and value not in schema["enum"]:
        return False
    if "const" in schema and value != schema["const"]:
        return False
    sorts = schema.get("type", [])
    sorts = [sorts] if isinstance(sorts, str) else sorts
    if sorts and not any(isinstance(value, SORTS[sort]) for sort in sorts):
        return False
    if isinstance(value, str) and "pattern" in schema and not re.search(schema["pattern"], value):
        return False
    if isinstance(value, list) and "items" in schema:
        return all(fits(one, schema["items"]) for one in value)
    return _object_fits(value, schema) if isinstance(value, dict) else True


def _object_fits(value, schema) -> bool:
    if not set(schema.get("required", ())) <= set(value) or len(value) < schema.get("minProperties", 0):
        return False
    for key, inside in value.items():
        if "propertyNames" in schema and not fits(key, schema["propertyNames"]):
            return False
        own = [schema["properties"][key]] if key in schema.get("properties", {}) else []
        own += [one for pattern, one in schema.get("patternProperties", {}).items() if re.search(pattern, key)]
        rest = schema.get("additionalProperties", True)
        if own and not all(fits(inside, one) for one in own):
            return False
        if not own and (rest is False or (isinstance(rest, dict) and not fits(inside, rest))):
            return False
    return True


@pytest.mark.parametrize("name", TEXTS)
def test_every_block_of_every_policy_fits_the_schema(name):
    """An editor must not mark what the reader accepts."""
    for block in parse_policy(TEXTS[name]).document.blocks:
        assert fits(plain(block.node), SCHEMA["properties"][block.kind]), (block.kind, plain(block.node))


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("targets", {"respond": {"within": "4"}}),
        ("targets", {"respond": {"within": "4 hours", "form": "opening"}}),
        ("targets", {"respond": {"met by": ["repley"]}}),
        ("closing", {"resolving": "closed"}),
        ("plans", {"gold": {"add-ons": {"24x7": {"hour": {}}}}}),
        ("severities", {"scale": ["high"]}),
        ("requests", {"defects": {"level": 1}}),
        ("entitlement", [{"when": {"license": "trial"}}]),
        ("queue", {"lanes": [{"when": {"level": "4"}}]}),
        ("hours", {"support": {"days": "mon-fri", "form": "09:00"}}),
        ("notices", {"nothing automatic": False}),
        ("plans", {"gold": {"by plan": {}}}),
    ],
)
def test_the_schema_marks_what_the_reader_refuses(kind, body):
    """A schema that fits everything would prove nothing above."""
    assert not fits(body, SCHEMA["properties"][kind])
