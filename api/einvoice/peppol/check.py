"""Applies a release to a document: one walk over the tree, each element against its contexts."""

from collections.abc import Iterator
from typing import Any

from api.einvoice._etree import Element
from api.einvoice.findings import Finding
from api.einvoice.peppol.facts import Facts, facts_of
from api.einvoice.peppol.releases import ANY, Context, Release
from api.einvoice.tree import location

MAX_FINDINGS = 500


def check_peppol(root: Element, release: Release) -> tuple[Finding, ...]:
    """What of the release does not hold for a document, in its order; at most 500 findings.

    The document must have passed the schema: numbers are numbers. Like the official engine, only
    the first context of a group that matches an element is applied to it.
    """
    facts = facts_of(root, release.lists, release.currencies)
    found: list[Finding] = []
    for finding in _findings(root, _applicable(root, release, facts), facts):
        found.append(finding)
        if len(found) == MAX_FINDINGS:
            break
    return tuple(found)


def _applicable(root: Element, release: Release, facts: Facts) -> dict[str, tuple[Context, ...]]:
    """The contexts whose condition on the document holds, by element; for most: no country's."""
    decided = {
        id(context.given): context.given(root, facts)
        for contexts in release.contexts.values()
        for context in contexts
        if context.given is not None
    }
    applicable = {
        name: tuple(c for c in contexts if c.given is None or decided[id(c.given)])
        for name, contexts in release.contexts.items()
    }
    everywhere = applicable.pop(ANY, ())
    return {ANY: everywhere, **{n: (*everywhere, *c) for n, c in applicable.items() if c}}


def _findings(
    root: Any, applicable: dict[str, tuple[Context, ...]], facts: Facts
) -> Iterator[Finding]:
    everywhere = applicable[ANY]
    for element in root.iter():
        groups: set[str] = set()
        for context in applicable.get(element.tag, everywhere):
            if context.group in groups or not _matches(context, element, facts):
                continue
            groups.add(context.group)
            for rule in context.rules:
                if not rule.holds(element, facts):
                    yield Finding(
                        rule.id, rule.severity, location(element), rule.says, element.sourceline
                    )


def _matches(context: Context, element: Any, facts: Facts) -> bool:
    if context.parent is not None:
        parent = element.getparent()
        if parent is None or parent.tag != context.parent:
            return False
    return context.when is None or context.when(element, facts)
