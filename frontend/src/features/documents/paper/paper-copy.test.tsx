import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import type { PaperRequest } from '../../../api/paper-requests';
import { meQuery } from '../../../api/session';
import { answerFetch, renderInApp } from '../../../components/test-render';
import type { DocumentDetail } from '../queries';
import { PaperCopy } from './PaperCopy';

const document = {
  id: '01900000-0000-7000-8000-000000000001',
  kind: 'invoice',
  number: '2026-001',
  state: 'published',
  files: ['pdf'],
  customer: { id: 'c1', number: 'C-1', name: 'Maes' },
} as unknown as DocumentDetail;
const request: PaperRequest = {
  id: 'r1',
  document: { id: document.id, kind: 'invoice', number: '2026-001' },
  customer: document.customer,
  state: 'priced',
  address: null,
  message: null,
  price: '7.50',
  currency: 'EUR',
  instructions: 'To BE68 5390 0754 7034.',
  reason: null,
  created_at: '2026-11-26T10:00:00Z',
  changed_at: '2026-11-27T10:00:00Z',
};
const ASK = `POST /api/v1/documents/${document.id}/paper-requests`;
const OWN = 'GET /api/v1/paper-requests';

async function show(isMainContact: boolean, requests: PaperRequest[], more = {}) {
  const customers = [{ id: 'c1', number: 'C-1', name: 'Maes', is_main_contact: isMainContact }];
  const answers: Parameters<typeof answerFetch>[0] = {
    'GET /api/v1/customers': { body: { items: customers, next_cursor: null } },
    'GET /api/v1/me': { body: { email: 'ada@example.com', is_main_contact: true } },
    [OWN]: { body: { items: requests, next_cursor: null } },
    ...more,
  };
  const asked = answerFetch(answers);
  const { client } = await renderInApp(<PaperCopy document={document} />);
  await client.fetchQuery(meQuery);
  return { asked, answers };
}

describe('PaperCopy', () => {
  it('tells that the PDF is free before it asks for the price', async () => {
    const { asked, answers } = await show(true, [], { [ASK]: { status: 201, body: request } });
    await userEvent.click(await screen.findByRole('button', { name: 'Paper copy' }));
    const dialog = within(await screen.findByRole('dialog'));
    expect(await dialog.findByText(/The PDF on this page is free/)).toBeVisible();
    expect(dialog.getByText(/tell you the price at ada@example\.com/)).toBeVisible();
    await userEvent.type(dialog.getByLabelText('Postal address'), 'Quay 1');
    answers[OWN] = {
      body: { items: [{ ...request, state: 'requested', price: null }], next_cursor: null },
    };
    await userEvent.click(dialog.getByRole('button', { name: 'Ask for the price' }));
    expect(await screen.findByText(/Asked for on/)).toBeVisible();
    expect(screen.queryByRole('button', { name: 'Paper copy' })).toBeNull();
    const sent = asked.find(({ method }) => method === 'POST');
    expect(await sent?.json()).toEqual({ address: 'Quay 1', message: null });
  });

  it('shows the price and how to pay it, and can be cancelled until then', async () => {
    const { asked } = await show(true, [request], {
      'DELETE /api/v1/paper-requests/r1': { status: 204 },
    });
    expect(await screen.findByText('Waiting for payment')).toBeVisible();
    expect(screen.getByText('To BE68 5390 0754 7034.')).toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: 'Cancel the request' }));
    const dialog = within(await screen.findByRole('dialog'));
    await userEvent.click(dialog.getByRole('button', { name: 'Cancel the request' }));
    expect(await screen.findByText('The request is cancelled.')).toBeVisible();
    expect(asked.some(({ method }) => method === 'DELETE')).toBe(true);
  });

  it('cannot be cancelled once it is paid', async () => {
    await show(true, [{ ...request, state: 'paid' }]);
    expect(await screen.findByText(/has arrived/)).toBeVisible();
    expect(screen.queryByRole('button')).toBeNull();
  });

  it('is not offered to shared users', async () => {
    const { asked } = await show(false, []);
    await expect.poll(() => asked.some(({ url }) => url.includes('/customers'))).toBe(true);
    expect(screen.queryByRole('button')).toBeNull();
    expect(asked.some(({ url }) => url.includes('/paper-requests'))).toBe(false);
  });
});
