import { compareAmounts } from '../../lib/amount';
import { isPlainDate } from '../../lib/dates';
import { many, one } from '../../lib/search-params';

/** The list's filters, sort and page as they stand in the URL, under the API's own names. */

export const KINDS = ['invoice', 'credit_note', 'other'] as const;
export type Kind = (typeof KINDS)[number];

export const SORT_KEYS = ['kind', 'number', 'customer', 'issue_date', 'amount'] as const;
export type SortKey = (typeof SORT_KEYS)[number];
export type Sort = SortKey | `-${SortKey}`;

export const DEFAULT_SORT: Sort = '-issue_date';

export type Filters = {
  q?: string;
  customer_id?: string[];
  kind?: Kind[];
  number?: string;
  issued_from?: string;
  issued_to?: string;
  amount_min?: string;
  amount_max?: string;
  tag_id?: string[];
  unread?: true;
  sort?: Sort;
  cursor?: string;
};

/** What narrows the list, without its order and page. */
export type Narrowing = Omit<Filters, 'sort' | 'cursor'>;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const AMOUNT = /^-?\d{1,15}(\.\d{1,2})?$/;
const TEXT_LENGTH = 200;

/** Reads the URL; defaults and junk are dropped, so that a list has one address. */
export function readFilters(search: Record<string, unknown>): Filters {
  const kinds = many(search.kind).filter((kind): kind is Kind => KINDS.includes(kind as Kind));
  const from = valid(search.issued_from, isPlainDate);
  const to = valid(search.issued_to, (text) => isPlainDate(text) && (!from || from <= text));
  const min = valid(search.amount_min, (text) => AMOUNT.test(text));
  const max = valid(
    search.amount_max,
    (text) => AMOUNT.test(text) && (!min || compareAmounts(min, text) <= 0),
  );
  const sort = valid(search.sort, isSort);
  return defined({
    q: words(search.q),
    customer_id: filled(many(search.customer_id).filter((id) => UUID.test(id))),
    kind: kinds.length < KINDS.length ? filled(kinds) : undefined,
    number: words(search.number),
    issued_from: from,
    issued_to: to,
    amount_min: min,
    amount_max: max,
    tag_id: filled(many(search.tag_id).filter((id) => UUID.test(id))),
    unread: one(search.unread) === 'true' || search.unread === true ? true : undefined,
    sort: sort === DEFAULT_SORT ? undefined : (sort as Sort | undefined),
    cursor: valid(search.cursor, (text) => text.length <= 1000),
  });
}

/** What narrows the list, as it stands in a body or behind a name. */
export function narrowingOf({ sort: _sort, cursor: _cursor, ...narrowing }: Filters): Narrowing {
  return narrowing;
}

/** How many filters are on: a range counts once. */
export function countFilters(filters: Narrowing): number {
  const ranges = [
    filters.issued_from ?? filters.issued_to,
    filters.amount_min ?? filters.amount_max,
  ];
  const { q, customer_id, kind, number, tag_id, unread } = filters;
  const all = [...ranges, q, customer_id, kind, number, tag_id, unread];
  return all.filter((value) => value !== undefined).length;
}

/** The sort after a click on a column: first its natural direction, then the other. */
export function nextSort(key: SortKey, current: Sort): Sort {
  const startsDescending = key === 'issue_date' || key === 'amount';
  const first: Sort = startsDescending ? `-${key}` : key;
  const second: Sort = startsDescending ? key : `-${key}`;
  return current === first ? second : first;
}

function isSort(text: string): boolean {
  return SORT_KEYS.includes(text.replace(/^-/, '') as SortKey);
}

function valid(value: unknown, test: (text: string) => boolean): string | undefined {
  const text = one(value);
  return text !== undefined && test(text) ? text : undefined;
}

function words(value: unknown): string | undefined {
  return one(value)?.slice(0, TEXT_LENGTH).trim() || undefined;
}

function filled<T>(list: T[]): T[] | undefined {
  return list.length > 0 ? list : undefined;
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Absent keys rather than undefined ones: two equal lists then have equal addresses and keys. */
export function defined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(
    Object.entries(value).filter(([, item]) => item !== undefined),
  ) as Defined<T>;
}
