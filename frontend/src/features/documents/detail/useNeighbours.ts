import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useLocation, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useIntl } from 'react-intl';
import { problemSentence } from '../../../api/problem';
import { useToast } from '../../../components/Toasts';
import { defined, type Filters } from '../filters';
import { documentsQuery, PAGE_SIZE } from '../queries';
import { totalOf } from '../total';

type Trail = (string | null)[];
type Page = { list: Filters; trail: Trail };

/** The documents before and after this one in the very list that it was opened from. */
export function useNeighbours(documentId: string) {
  const intl = useIntl();
  const toast = useToast();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [isTurning, setTurning] = useState(false);
  const { list, trail = [] } = useLocation({ select: ({ state }) => state });
  // The list as it was: one of unread documents must not lose the one that is being read.
  const { data, isPlaceholderData } = useQuery({
    ...documentsQuery(list ?? {}),
    enabled: list !== undefined,
    refetchOnMount: false,
  });
  const items = data && !isPlaceholderData ? data.items : [];
  const index = items.findIndex(({ id }) => id === documentId);
  if (!list || !data || index < 0) return null;

  const open = (id: string, page: Page) =>
    navigate({
      to: '/documents/$documentId',
      params: { documentId: id },
      state: page,
      // The way back leads to the list, not through all that was leafed through.
      replace: true,
    });
  const turn = async (page: Page, end: 'first' | 'last') => {
    setTurning(true);
    try {
      const { items: others } = await client.fetchQuery(documentsQuery(page.list));
      const target = others.at(end === 'first' ? 0 : -1);
      if (target) await open(target.id, page);
    } catch (error) {
      toast({ text: problemSentence(intl, error) });
    } finally {
      setTurning(false);
    }
  };
  const step = (by: 1 | -1): (() => void) | undefined => {
    const target = items[index + by];
    if (target) return () => void open(target.id, { list, trail });
    if (by > 0 && data.next_cursor) {
      const page = {
        list: { ...list, cursor: data.next_cursor },
        trail: [...trail, list.cursor ?? null],
      };
      return () => void turn(page, 'first');
    }
    const before = trail.at(-1);
    if (by < 0 && before !== undefined) {
      const cursor = before ?? undefined;
      const page = { list: defined({ ...list, cursor }) as Filters, trail: trail.slice(0, -1) };
      return () => void turn(page, 'last');
    }
    return undefined;
  };
  const isPlaced = !list.cursor || trail.length > 0;
  return {
    place: isPlaced ? trail.length * PAGE_SIZE + index + 1 : null,
    total: totalOf(data),
    previous: isTurning ? undefined : step(-1),
    next: isTurning ? undefined : step(1),
  };
}
