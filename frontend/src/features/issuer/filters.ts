import { DELIVERY_STATES, type DeliveryState } from '../../api/deliveries';
import { PAPER_REQUEST_STATES, type PaperRequestState } from '../../api/paper-requests';
import type { Schema } from '../../api/schemas';
import { isPlainDate } from '../../lib/dates';
import { many, one } from '../../lib/search-params';
import { type AuditEvent, isEvent } from './events';

/** What the lists of the back office are narrowed to, as it stands in the address. */

export type ContactState = Schema['CustomerContact']['state'];
export const CONTACT_STATES: readonly ContactState[] = ['active', 'invited', 'disabled'];

export type CustomerFilters = { q?: string; state?: ContactState[] };
export type DeliveryFilters = {
  state?: DeliveryState[];
  recipient?: string;
  customer_number?: string;
};
export type PaperRequestFilters = { state?: PaperRequestState[]; customer_number?: string };
export type AuditFilters = {
  event?: AuditEvent;
  actor?: string;
  customer_number?: string;
  document_id?: string;
  happened_from?: string;
  happened_to?: string;
};

const TEXT_LENGTH = 200;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export function readCustomerFilters(search: Record<string, unknown>): CustomerFilters {
  return filled({ q: words(search.q), state: known(search.state, CONTACT_STATES) });
}

export function readDeliveryFilters(search: Record<string, unknown>): DeliveryFilters {
  return filled({
    state: known(search.state, DELIVERY_STATES),
    recipient: words(search.recipient),
    customer_number: words(search.customer_number),
  });
}

export function readPaperRequestFilters(search: Record<string, unknown>): PaperRequestFilters {
  return filled({
    state: known(search.state, PAPER_REQUEST_STATES),
    customer_number: words(search.customer_number),
  });
}

export function readAuditFilters(search: Record<string, unknown>): AuditFilters {
  const from = one(search.happened_from);
  const to = one(search.happened_to);
  const event = one(search.event);
  const document = one(search.document_id);
  return filled({
    event: isEvent(event) ? event : undefined,
    actor: words(search.actor),
    customer_number: words(search.customer_number),
    document_id: document && UUID.test(document) ? document : undefined,
    happened_from: from && isPlainDate(from) ? from : undefined,
    happened_to: to && isPlainDate(to) && !(from && from > to) ? to : undefined,
  });
}

/** The chosen ones of a list, or none when all or nothing is chosen. */
export function toggled<T>(all: readonly T[], chosen: readonly T[] = [], item: T): T[] | undefined {
  const next = all.filter((each) => (each === item) !== chosen.includes(each));
  return next.length > 0 && next.length < all.length ? next : undefined;
}

type Filled<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Without what is absent: two equal lists then have equal addresses. */
export function filled<T extends object>(value: T): Filled<T> {
  return Object.fromEntries(
    Object.entries(value).filter(([, item]) => item !== undefined),
  ) as Filled<T>;
}

function words(value: unknown): string | undefined {
  return one(value)?.slice(0, TEXT_LENGTH).trim() || undefined;
}

function known<T extends string>(value: unknown, all: readonly T[]): T[] | undefined {
  const chosen = all.filter((item) => many(value).includes(item));
  return chosen.length > 0 && chosen.length < all.length ? chosen : undefined;
}
