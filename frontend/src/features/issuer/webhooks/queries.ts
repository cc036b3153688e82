import type { QueryClient } from '@tanstack/react-query';
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
/** How often a message is looked after that is being sent for the first time. */
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
  return $api.useInfiniteQuery(
    'get',
    DELIVERIES,
    { params: { path: { webhook_id: webhookId }, query } },
    {
      ...LIVE,
      refetchInterval: ({ state: { data } }) => {
        const items = data?.pages.flatMap((page) => page.items) ?? [];
        return items.some(isBeingSent) ? SENDING_MS : false;
      },
    },
  );
}

function isBeingSent({ state, next_try_at: next }: WebhookDelivery): boolean {
  return state === 'waiting' && next === null;
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
