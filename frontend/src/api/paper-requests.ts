import type { Schema } from './schemas';

export type PaperRequest = Schema['PaperRequest'];
export type PaperRequestState = PaperRequest['state'];

export const PAPER_REQUEST_STATES: readonly PaperRequestState[] = [
  'requested',
  'priced',
  'paid',
  'completed',
  'declined',
  'cancelled',
];

/** Whether somebody still has to do something about it; a document has one such request at most. */
export function isOpen({ state }: { state: PaperRequestState }): boolean {
  return state === 'requested' || state === 'priced' || state === 'paid';
}

/** Whether it may still be cancelled, declined or given another price. */
export function isUnpaid({ state }: { state: PaperRequestState }): boolean {
  return state === 'requested' || state === 'priced';
}
