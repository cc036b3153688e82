import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { answerFetch, renderInApp } from '../../../components/test-render';
import type { Webhook, WebhookDelivery } from './queries';
import { WebhookEditor } from './WebhookEditor';
import { WebhookLog } from './WebhookLog';
import { WebhooksPage } from './WebhooksPage';
import { WebhookTrouble } from './WebhookTrouble';

const ALL = '/api/v1/issuer/webhooks';
const WEBHOOK: Webhook = {
  id: '01890000-0000-7000-8000-000000000001',
  url: 'https://erp.example/events',
  events: ['document.published'],
  description: 'The ERP',
  active: true,
  failing_since: null,
  paused_at: null,
  created_at: '2026-11-27T10:00:00Z',
};
const DELIVERY: WebhookDelivery = {
  id: '01890000-0000-7000-8000-000000000002',
  event: 'document.published',
  state: 'failed',
  attempts: 22,
  last_error: 'status',
  response_status: 503,
  next_try_at: null,
  created_at: '2026-11-27T10:00:00Z',
  delivered_at: null,
  document: { id: 'd', kind: 'invoice', number: '2026-0042' },
  customer: { id: 'c', number: 'DL100', name: 'Acme' },
};
const page = (...items: unknown[]) => ({ body: { items, next_cursor: null } });

describe('the list of webhooks', () => {
  it('invites to make the first one', async () => {
    answerFetch({ [`GET ${ALL}`]: page() });
    await renderInApp(<WebhooksPage />);
    expect(await screen.findByText('No webhooks yet')).toBeVisible();
    expect(screen.getAllByRole('button', { name: 'New webhook' })).toHaveLength(1);
  });

  it('shows where each leads, what for, and how it stands', async () => {
    const failing = { ...WEBHOOK, id: 'f', failing_since: '2026-11-27T09:00:00Z' };
    const paused = { ...WEBHOOK, id: 'p', active: false };
    const givenUp = { ...paused, id: 'g', paused_at: '2026-11-27T09:00:00Z' };
    answerFetch({ [`GET ${ALL}`]: page(WEBHOOK, failing, paused, givenUp) });
    await renderInApp(<WebhooksPage />);
    const [, ...rows] = await screen.findAllByRole('row');
    const states = ['Active', 'Failing', 'Paused', 'Paused after failures'];
    expect(rows).toHaveLength(states.length);
    rows.forEach((row, index) => {
      expect(within(row).getByText(states[index] ?? '')).toBeVisible();
      expect(within(row).getByRole('link', { name: WEBHOOK.url })).toBeVisible();
      expect(within(row).getByText('Document published')).toBeVisible();
    });
  });

  it('shows the secret of a new one once', async () => {
    const made = { ...WEBHOOK, secret: 'whsec_c2VjcmV0' };
    const asked = answerFetch({
      [`GET ${ALL}`]: page(WEBHOOK),
      [`POST ${ALL}`]: { status: 201, body: made },
    });
    await renderInApp(<WebhooksPage />);
    await userEvent.click(await screen.findByRole('button', { name: 'New webhook' }));
    await userEvent.type(await screen.findByLabelText('URL'), ` ${WEBHOOK.url} `);
    await userEvent.click(screen.getByLabelText('Document replaced'));
    await userEvent.click(screen.getByRole('button', { name: 'Create the webhook' }));
    expect(await screen.findByText(made.secret)).toBeVisible();
    const sent = asked.find(({ method }) => method === 'POST');
    expect(await sent?.json()).toEqual({
      url: WEBHOOK.url,
      events: ['document.published', 'document.withdrawn', 'delivery.refused'],
      description: '',
    });
    await userEvent.click(screen.getByRole('button', { name: 'I have copied it' }));
    expect(screen.queryByText(made.secret)).toBeNull();
  });
});

it('says beside the URL why it is refused, and keeps what was typed', async () => {
  const detail = 'Only https:// addresses are called.';
  answerFetch({
    [`PATCH ${ALL}/${WEBHOOK.id}`]: { status: 422, body: { code: 'invalid_url', detail } },
  });
  const close = vi.fn();
  await renderInApp(<WebhookEditor opened webhook={WEBHOOK} onClose={close} />);
  const field = await screen.findByLabelText('URL');
  await userEvent.clear(field);
  await userEvent.type(field, 'http://erp.example');
  await userEvent.click(screen.getByRole('button', { name: 'Save' }));
  await vi.waitFor(() => expect(field).toBeInvalid());
  expect(screen.getByText(detail)).toBeVisible();
  expect(field).toHaveValue('http://erp.example');
  expect(close).not.toHaveBeenCalled();
});

describe('the log', () => {
  const log = `GET ${ALL}/${WEBHOOK.id}/deliveries`;

  it('tells why a message was given up, and sends it again', async () => {
    const retry = `POST ${ALL}/${WEBHOOK.id}/deliveries/${DELIVERY.id}/retry`;
    const asked = answerFetch({ [log]: page(DELIVERY), [retry]: { status: 202, body: null } });
    await renderInApp(<WebhookLog webhook={WEBHOOK} />);
    expect(await screen.findByText('The receiver answered 503.')).toBeVisible();
    expect(screen.getByRole('link', { name: '2026-0042' })).toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: 'Send again' }));
    expect(await screen.findByText('The message is on its way again.')).toBeVisible();
    expect(asked.map(({ method }) => method)).toContain('POST');
  });

  it('offers no sending while the webhook is paused', async () => {
    answerFetch({ [log]: page(DELIVERY) });
    await renderInApp(<WebhookLog webhook={{ ...WEBHOOK, active: false }} />);
    expect(await screen.findByText('The receiver answered 503.')).toBeVisible();
    expect(screen.queryByRole('button', { name: 'Send again' })).toBeNull();
  });
});

it('tells of trouble, and resumes what the portal paused', async () => {
  const asked = answerFetch({ [`PATCH ${ALL}/${WEBHOOK.id}`]: { body: WEBHOOK } });
  const webhook = { ...WEBHOOK, active: false, paused_at: '2026-11-27T09:00:00Z' };
  await renderInApp(<WebhookTrouble webhook={webhook} />);
  expect(screen.getByRole('status')).toHaveTextContent(/every call failed for two days/);
  await userEvent.click(screen.getByRole('button', { name: 'Resume' }));
  await vi.waitFor(() => expect(asked).toHaveLength(1));
  expect(await asked[0]?.json()).toEqual({ active: true });
});
