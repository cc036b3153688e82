import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useIntl } from 'react-intl';
import { $api } from '../../../api/client';
import { problemSentence } from '../../../api/problem';
import type { Schema } from '../../../api/schemas';
import { TAGS, type Tag } from '../../../api/tags';
import { useToast } from '../../../components/Toasts';
import { type Document, type DocumentDetail, documentQuery, LIST, noteRead } from '../queries';
import type { Chosen } from '../selection';
import { SELECTION, type StoredSelection } from '../useSelection';

/** Puts a tag on documents or takes it off: shown at once, undone for 8 s, rolled back on error. */
export function useTagging() {
  const intl = useIntl();
  const toast = useToast();
  const client = useQueryClient();
  const mutation = $api.useMutation('post', '/api/v1/documents/tags');

  const apply = (chosen: Chosen, tag: Tag, on: boolean, canUndo = true) => {
    const ids = chosen.document_ids ?? [];
    const rollBack = retag(client, ids, tag, on);
    const change = on ? { add: [tag.id] } : { remove: [tag.id] };
    mutation.mutate(
      { body: { ...chosen, ...change, return_ids: true } },
      {
        onSuccess: ({ updated, document_ids: changed }) => {
          const values = { count: updated, name: tag.name };
          const text = intl.formatMessage({ id: on ? 'tags.added' : 'tags.removed' }, values);
          const undo = () => apply({ document_ids: changed }, tag, !on, false);
          const label = intl.formatMessage({ id: 'common.undo' });
          if (!canUndo) toast({ text: intl.formatMessage({ id: 'common.undone' }) });
          else toast(changed?.length ? { text, action: { label, run: undo } } : { text });
        },
        onError: (error) => {
          rollBack();
          if (!canUndo) toast({ text: problemSentence(intl, error) });
        },
        onSettled: () => {
          void client.invalidateQueries({ queryKey: LIST });
          void client.invalidateQueries({ queryKey: TAGS });
        },
      },
    );
  };
  return { apply, error: mutation.error, isPending: mutation.isPending, reset: mutation.reset };
}

/** Marks documents for this reader, and offers to take it back. */
export function useMarking() {
  const intl = useIntl();
  const toast = useToast();
  const client = useQueryClient();
  const mutation = $api.useMutation('post', '/api/v1/documents/read');

  const mark = (chosen: Chosen, read: boolean, canUndo = true) =>
    mutation.mutate(
      { body: { ...chosen, read, return_ids: true } },
      {
        onSuccess: (answer) => {
          const changed = answer?.document_ids ?? null;
          noteRead(client, changed ?? [], read, true);
          const values = { count: changed?.length ?? 0 };
          const text = intl.formatMessage({ id: read ? 'read.marked' : 'read.unmarked' }, values);
          const undo = () => mark({ document_ids: changed }, !read, false);
          const label = intl.formatMessage({ id: 'common.undo' });
          if (!canUndo) toast({ text: intl.formatMessage({ id: 'common.undone' }) });
          else if (changed === null) toast({ text: intl.formatMessage({ id: 'read.many' }) });
          else toast(changed.length > 0 ? { text, action: { label, run: undo } } : { text });
        },
        onError: (error) => toast({ text: problemSentence(intl, error) }),
      },
    );
  return { mark, isPending: mutation.isPending };
}

/** Shows a tag's change wherever its documents are shown; gives back what undoes that. */
function retag(client: QueryClient, ids: readonly string[], tag: Tag, on: boolean): () => void {
  if (ids.length === 0) return () => undefined;
  const known = new Set(ids);
  const change = <T extends Document>(document: T): T =>
    known.has(document.id) ? { ...document, tags: retagged(document.tags, tag, on) } : document;

  const before = client.getQueriesData({ queryKey: LIST });
  client.setQueriesData<Schema['DocumentPage']>(
    { queryKey: LIST },
    (page) => page && { ...page, items: page.items.map(change) },
  );
  const selected = client.getQueryData<StoredSelection>(SELECTION);
  if (selected && !selected.selection.all) {
    const documents = new Map(
      [...selected.selection.documents].map(([id, document]) => [id, change(document)] as const),
    );
    client.setQueryData<StoredSelection>(SELECTION, {
      ...selected,
      selection: { all: false, documents },
    });
  }
  const shown = ids.map((id) => documentQuery(id).queryKey);
  const details = shown.map((key) => [key, client.getQueryData<DocumentDetail>(key)] as const);
  for (const [key, detail] of details) if (detail) client.setQueryData(key, change(detail));
  return () => {
    for (const [key, data] of [...before, ...details]) if (data) client.setQueryData(key, data);
    if (selected) client.setQueryData(SELECTION, selected);
  };
}

export function retagged(tags: Document['tags'], tag: Tag, on: boolean): Document['tags'] {
  const others = tags.filter(({ id }) => id !== tag.id);
  return on ? [...others, { id: tag.id, name: tag.name, color: tag.color }] : others;
}
