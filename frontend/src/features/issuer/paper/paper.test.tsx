import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { answerFetch, renderInApp } from '../../../components/test-render';
import { PaperRequestActions } from './PaperRequestActions';
import { PrintBatchesPage } from './PrintBatchesPage';
import type { IssuedPaperRequest, PrintBatch } from './queries';

const batch: PrintBatch = {
  id: 'b1',
  state: 'finished',
  progress: { done: 3, total: 3 },
  published_until: null,
  withdrawn: 0,
  size_bytes: 300_000,
  created_at: '2026-11-27T10:00:00Z',
  finished_at: '2026-11-27T10:01:00Z',
  fetched_at: null,
  printed_at: null,
  expires_at: '2026-12-27T10:01:00Z',
  error: null,
};
const request: IssuedPaperRequest = {
  id: 'r1',
  document: { id: 'd1', kind: 'invoice', number: '2026-001' },
  customer: { id: 'c1', number: 'C-1', name: 'Maes' },
  state: 'requested',
  address: null,
  message: null,
  price: null,
  currency: null,
  instructions: null,
  reason: null,
  created_at: '2026-11-26T10:00:00Z',
  changed_at: '2026-11-26T10:00:00Z',
  requester: { name: 'Ada Lovelace', email: 'ada@example.com' },
};
const BATCHES = '/api/v1/issuer/print-batches';

describe('PrintBatchesPage', () => {
  const list = (items: PrintBatch[]) => ({
    [`GET ${BATCHES}`]: { body: { items, next_cursor: null } },
  });

  it('fetches a batch and tells that it is printed, once it was asked again', async () => {
    const asked = answerFetch({
      ...list([batch]),
      [`POST ${BATCHES}/b1/printed`]: { body: { ...batch, state: 'printed' } },
    });
    await renderInApp(<PrintBatchesPage />);
    const link = await screen.findByRole('link', { name: /^Download the print batch/ });
    expect(link).toHaveAttribute('href', `${BATCHES}/b1/file`);
    await userEvent.click(screen.getByRole('button', { name: /^Mark as printed/ }));
    const dialog = within(await screen.findByRole('dialog'));
    await userEvent.click(dialog.getByRole('button', { name: 'Mark as printed' }));
    await expect
      .poll(() => asked.some(({ url }) => url.endsWith(`${BATCHES}/b1/printed`)))
      .toBe(true);
  });

  it('does not hand out what was withdrawn since', async () => {
    answerFetch(list([{ ...batch, withdrawn: 1 }]));
    await renderInApp(<PrintBatchesPage />);
    expect(await screen.findByText(/^1 document was withdrawn or replaced/)).toBeVisible();
    expect(screen.queryByRole('link')).toBeNull();
    expect(screen.getByRole('button', { name: /again/ })).toBeVisible();
  });

  it('says when nothing waits to be printed', async () => {
    answerFetch({
      ...list([]),
      [`POST ${BATCHES}`]: {
        status: 409,
        body: { code: 'nothing_to_print', detail: 'No document waits to be printed.' },
      },
    });
    await renderInApp(<PrintBatchesPage />);
    expect(await screen.findByText('No print batch yet')).toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: 'Collect documents' }));
    const dialog = within(await screen.findByRole('dialog'));
    await userEvent.click(dialog.getByRole('button', { name: 'Collect documents' }));
    expect(await dialog.findByText('No document waits to be printed.')).toBeVisible();
  });
});

describe('PaperRequestActions', () => {
  const change = 'PATCH /api/v1/issuer/paper-requests/r1';

  it('takes a price as the reader writes it', async () => {
    const asked = answerFetch({ [change]: { body: { ...request, state: 'priced' } } });
    await renderInApp(<PaperRequestActions request={request} />);
    await userEvent.click(screen.getByRole('button', { name: 'Set price: 2026-001' }));
    const dialog = within(await screen.findByRole('dialog'));
    await userEvent.click(dialog.getByRole('button', { name: 'Tell the price' }));
    expect(dialog.getByText('This value is not valid.')).toBeVisible();
    await userEvent.type(dialog.getByLabelText('Price, including VAT'), '7,5');
    await userEvent.click(dialog.getByRole('button', { name: 'Tell the price' }));
    expect(await screen.findByText(/is on its way/)).toBeVisible();
    expect(await asked.at(-1)?.json()).toEqual({
      price: '7.50',
      currency: 'EUR',
      instructions: null,
    });
  });

  it('offers the next step only, and asks before it', async () => {
    const asked = answerFetch({ [change]: { body: { ...request, state: 'completed' } } });
    await renderInApp(<PaperRequestActions request={{ ...request, state: 'paid' }} />);
    expect(screen.getAllByRole('button')).toHaveLength(1);
    await userEvent.click(screen.getByRole('button', { name: 'Mark as sent: 2026-001' }));
    const dialog = within(await screen.findByRole('dialog'));
    await userEvent.click(dialog.getByRole('button', { name: 'Mark as sent' }));
    await expect.poll(() => asked.length).toBe(1);
    expect(await asked[0]?.json()).toEqual({ state: 'completed' });
  });

  it('declines for a reason', async () => {
    const asked = answerFetch({ [change]: { body: { ...request, state: 'declined' } } });
    await renderInApp(<PaperRequestActions request={request} />);
    await userEvent.click(screen.getByRole('button', { name: /^Decline/ }));
    const dialog = within(await screen.findByRole('dialog'));
    await userEvent.click(dialog.getByRole('button', { name: 'Decline' }));
    expect(dialog.getByText('This field is required.')).toBeVisible();
    expect(asked).toHaveLength(0);
    await userEvent.type(dialog.getByLabelText('Reason'), 'Sent last week.');
    await userEvent.click(dialog.getByRole('button', { name: 'Decline' }));
    await expect.poll(() => asked.length).toBe(1);
    expect(await asked[0]?.json()).toEqual({ state: 'declined', reason: 'Sent last week.' });
  });
});
