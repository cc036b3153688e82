import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { $api } from '../../../api/client';
import type { Schema } from '../../../api/schemas';
import { LIVE } from '../queries';

export type Webhook = Schema['Webhook'];
export type CreatedWebhook = Schema['CreatedWebhook'];
export type WebhookDelivery = Schema['WebhookDelivery'];
export type WebhookEvent = Webhook['events'][number];
export type WebhookDeliveryState = WebhookDelivery['state'];

export const WEBHOOK_EVENTS: readonly WebhookEvent[] = [
  'document.published',
  'document.replaced',
  'document.withdrawn',
  'delivery.refused',
];
export const WEBHOOK_DELIVERY_STATES: readonly WebhookDeliveryState[] = [
  'waiting',
  'delivered',
  'failed',
];

const ALL = '/api/v1/issuer/webhooks';
const ONE = `${ALL}/{webhook_id}` as const;
const DELIVERIES = `${ONE}/deliveries` as const;
/** How often a message is looked after that is being sent. */
const SENDING_MS = 1500;

function refresh(client: QueryClient) {
  for (const path of [ALL, ONE, DELIVERIES]) {
    void client.invalidateQueries({ queryKey: ['get', path] });
  }
}

const CHANGING = {
  onSettled: (
    _answer: unknown,
    _error: unknown,
    _sent: unknown,
    _result: unknown,
    { client }: { client: QueryClient },
  ) => refresh(client),
};

export function useWebhooks() {
  return $api.useInfiniteQuery('get', ALL, { params: { query: { limit: 50 } } }, LIVE);
}

export function webhookQuery(webhookId: string) {
  const params = { path: { webhook_id: webhookId } };
  return $api.queryOptions('get', ONE, { params }, { staleTime: 0 });
}

export function useWebhookDeliveries(webhookId: string, state: WebhookDeliveryState[] | undefined) {
  const query = { limit: 50, ...(state ? { state } : {}) };
  const client = useQueryClient();
  const deliveries = $api.useInfiniteQuery(
    'get',
    DELIVERIES,
    { params: { path: { webhook_id: webhookId }, query } },
    {
      ...LIVE,
      refetchInterval: ({ state: { data } }) =>
        untilNextTry(data?.pages.flatMap((page) => page.items) ?? []),
    },
  );
  const { data } = deliveries;
  // What became of a message tells whether the webhook fails.
  useEffect(() => {
    if (data) void client.invalidateQueries({ queryKey: ['get', ONE] });
  }, [client, data]);
  return deliveries;
}

/** When to look again: soon while a message is being sent, else when the next one is due. */
function untilNextTry(deliveries: readonly WebhookDelivery[]): number | false {
  const waiting = deliveries.filter(({ state }) => state === 'waiting');
  if (waiting.length === 0) return false;
  const due = waiting.map(({ next_try_at: next }) => (next ? Date.parse(next) : 0));
  return Math.max(SENDING_MS, Math.min(...due) - Date.now());
}

export function useCreateWebhook() {
  return $api.useMutation('post', ALL, CHANGING);
}

export function useChangeWebhook() {
  return $api.useMutation('patch', ONE, CHANGING);
}

export function useDeleteWebhook() {
  return $api.useMutation('delete', ONE, CHANGING);
}

export function useTestWebhook() {
  return $api.useMutation('post', `${ONE}/test`, CHANGING);
}

export function useRetryWebhookDelivery() {
  return $api.useMutation('post', `${DELIVERIES}/{webhook_delivery_id}/retry`, CHANGING);
}
