"""The releases of the rules: data beside this module, read and compiled once per process."""

import re
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from api.einvoice._etree import etree
from api.einvoice.findings import Severity
from api.einvoice.peppol.arithmetic import CHECKS, Check
from api.einvoice.peppol.facts import Facts
from api.einvoice.peppol.functions import FUNCTIONS
from api.einvoice.tree import CAC, CBC, CREDIT_NOTE, INVOICE

FOLDER = Path(__file__).parent / "releases"
FUNCTION_SPACE = "urn:i-portal:rules"
SPACES = {"cac": CAC, "cbc": CBC, "in": INVOICE, "cn": CREDIT_NOTE, "f": FUNCTION_SPACE}
ROOTS = {"Invoice": INVOICE, "CreditNote": CREDIT_NOTE}
ANY = "*"


# The commonest condition is decided without XPath, since every identifier meets a dozen of them.
ATTRIBUTE_IS = re.compile(r"@(\w+) = '([^']*)'")


class Test:
    """An XPath test with the variables that it names, or a check in Python."""

    __slots__ = ("_check", "_names", "_xpath")

    def __init__(self, *, test: str | None = None, check: str | None = None) -> None:
        self._check: Check | None = CHECKS[check] if check else _attribute_is(test or "")
        self._names = tuple(sorted(set(re.findall(r"\$([a-z_]+)", test or ""))))
        self._xpath: Any = None if test is None else _compiled(test)

    def __call__(self, element: Any, facts: Facts) -> bool:
        if self._check is not None:
            return self._check(element, facts)
        values = {name: facts.variables[name] for name in self._names}
        return bool(self._xpath(element, **values))


def _attribute_is(test: str) -> Check | None:
    found = ATTRIBUTE_IS.fullmatch(test)
    if found is None:
        return None
    name, value = found.groups()
    return lambda element, _: bool(element.get(name) == value)


@dataclass(frozen=True, slots=True)
class Rule:
    """What must hold of an element."""

    id: str
    severity: Severity
    holds: Test
    says: str


@dataclass(frozen=True, slots=True)
class Context:
    """Elements that rules apply to: by name and parent, under conditions."""

    group: str
    given: Test | None
    parent: str | None  # Clark name
    when: Test | None
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Release:
    """One release of the rule set; `in_force` is None while that is not decided."""

    name: str
    specification: str
    published: date | None
    in_force: date | None
    lists: dict[str, str]
    currencies: frozenset[str]
    contexts: dict[str, tuple[Context, ...]]  # by Clark name of the element, or ANY

    @property
    def rules(self) -> dict[str, Rule]:
        """Every rule by its id."""
        return {
            rule.id: rule
            for contexts in self.contexts.values()
            for context in contexts
            for rule in context.rules
        }


def names() -> list[str]:
    """The releases there are, oldest first."""
    return sorted((path.stem for path in FOLDER.glob("*.toml")), key=_order)


@cache
def release(name: str) -> Release:
    """A release by its name, such as 2026.5. Raises KeyError when there is none."""
    if name not in names():
        raise KeyError(name)
    return _built(_data(name))


def in_force(day: date) -> Release:
    """The release that is in force on a day; the oldest for days before them all."""
    known = [release(name) for name in names()]
    current = [r for r in known if r.in_force is not None and r.in_force <= day]
    return current[-1] if current else known[0]


def _order(name: str) -> tuple[int, ...]:
    return tuple(int(part) for part in name.split("."))


def _data(name: str) -> dict[str, Any]:
    data = tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))
    base = _data(data["extends"]) if "extends" in data else {}
    own = data.get("context", [])
    replaced = {rule["id"] for context in own for rule in context["rule"]}
    gone = {*data.get("dropped", ()), *replaced}
    kept = [
        {**context, "rule": [rule for rule in context["rule"] if rule["id"] not in gone]}
        for context in base.get("context", [])
    ]
    return {
        **data,
        "lists": {**base.get("lists", {}), **data.get("lists", {})},
        "context": [*kept, *own],
    }


def _built(data: dict[str, Any]) -> Release:
    found: dict[str, list[Context]] = {}
    for entry in data["context"]:
        rules = tuple(_rule(rule) for rule in entry["rule"])
        for place in entry["on"].split():
            parent, _, name = place.rpartition("/")
            context = Context(
                entry["group"],
                Test(test=entry["given"]) if "given" in entry else None,
                _clark(parent) if parent else None,
                Test(test=entry["when"]) if "when" in entry else None,
                rules,
            )
            found.setdefault(_clark(name), []).append(context)
    lists = {name: " ".join(codes.split()) for name, codes in data["lists"].items()}
    return Release(
        data["release"],
        data["specification"],
        data.get("published"),
        data.get("in_force"),
        lists,
        frozenset(lists["currencies"].split()),
        {name: tuple(contexts) for name, contexts in found.items()},
    )


def _rule(entry: dict[str, Any]) -> Rule:
    holds = Test(test=entry.get("test"), check=entry.get("check"))
    return Rule(entry["id"], entry.get("severity", "fatal"), holds, entry["says"])


def _clark(name: str) -> str:
    if name == ANY:
        return ANY
    prefix, _, local = name.rpartition(":")
    return f"{{{SPACES[prefix] if prefix else ROOTS[local]}}}{local}"


@cache
def _compiled(expression: str) -> Any:
    functions = {(FUNCTION_SPACE, name): function for name, function in FUNCTIONS.items()}
    return etree.XPath(expression, namespaces=SPACES, extensions=functions, smart_strings=False)
