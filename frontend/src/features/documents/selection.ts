import type { Schema } from '../../api/schemas';
import { type Filters, narrowingOf } from './filters';
import type { Document } from './queries';
import { exactly, type Total } from './total';

/** Documents chosen one by one, over several pages if need be, or all that match the filter. */
export type Selection = { all: boolean; documents: ReadonlyMap<string, Document> };

export const NOTHING: Selection = { all: false, documents: new Map() };
export const EVERYTHING: Selection = { all: true, documents: new Map() };

export type Chosen = Pick<Schema['ReadMark'], 'document_ids' | 'filter'>;

export function isChosen(selection: Selection, id: string): boolean {
  return selection.all || selection.documents.has(id);
}

export function totalChosen(selection: Selection, matching: Total): Total {
  return selection.all ? matching : exactly(selection.documents.size);
}

/** Ticks or unticks; when all that match were chosen, unticking leaves the others of the page. */
export function choose(
  selection: Selection,
  changed: readonly Document[],
  on: boolean,
  page: readonly Document[],
): Selection {
  if (selection.all && on) return selection;
  const before = selection.all ? page.map((item) => [item.id, item] as const) : selection.documents;
  const documents = new Map<string, Document>(before);
  for (const document of changed) {
    if (on) documents.set(document.id, document);
    else documents.delete(document.id);
  }
  return { all: false, documents };
}

/** From the row ticked last to this one, as with Shift in any list. */
export function rangeTo(
  page: readonly Document[],
  anchor: string | null,
  document: Document,
): Document[] {
  const from = page.findIndex(({ id }) => id === anchor);
  const to = page.findIndex(({ id }) => id === document.id);
  if (from < 0 || to < 0) return [document];
  return page.slice(Math.min(from, to), Math.max(from, to) + 1);
}

export function pageState(
  selection: Selection,
  page: readonly Document[],
): 'all' | 'some' | 'none' {
  const chosen = page.filter(({ id }) => isChosen(selection, id)).length;
  if (chosen === 0) return 'none';
  return chosen === page.length ? 'all' : 'some';
}

/** How the API is told: by ids, or by the filter itself. */
export function chosenBody(selection: Selection, filters: Filters): Chosen {
  if (selection.all) return { filter: narrowingOf(filters) as NonNullable<Chosen['filter']> };
  return { document_ids: [...selection.documents.keys()] };
}
