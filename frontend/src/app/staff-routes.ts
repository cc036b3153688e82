import { createRoute, lazyRouteComponent, notFound } from '@tanstack/react-router';
import { meQuery } from '../api/session';
import {
  readAuditFilters,
  readCustomerFilters,
  readDeliveryFilters,
  readPaperRequestFilters,
} from '../features/issuer/filters';
import { ErrorInShell } from './ErrorPage';
import { signedIn } from './frame';
import type { Context } from './guards';

/** The back office: for everybody else these pages do not exist. */

async function requireStaff({ context: { queryClient } }: { context: Context }) {
  // Whoever has not signed in is sent to sign in by the route above.
  const me = await queryClient.ensureQueryData(meQuery).catch(() => null);
  if (me && me.role !== 'staff') throw notFound();
}

const common = {
  getParentRoute: () => signedIn,
  loader: requireStaff,
  errorComponent: ErrorInShell,
} as const;

const customers = createRoute({
  ...common,
  path: '/issuer/customers',
  validateSearch: readCustomerFilters,
  component: lazyRouteComponent(
    () => import('../features/issuer/FindCustomersPage'),
    'FindCustomersPage',
  ),
});

const customer = createRoute({
  ...common,
  path: '/issuer/customers/$number',
  component: lazyRouteComponent(() => import('../features/issuer/CustomerPage'), 'CustomerPage'),
});

const deliveries = createRoute({
  ...common,
  path: '/issuer/deliveries',
  validateSearch: readDeliveryFilters,
  component: lazyRouteComponent(
    () => import('../features/issuer/DeliveriesPage'),
    'DeliveriesPage',
  ),
});

const printBatches = createRoute({
  ...common,
  path: '/issuer/print-batches',
  component: lazyRouteComponent(
    () => import('../features/issuer/paper/PrintBatchesPage'),
    'PrintBatchesPage',
  ),
});

const paperRequests = createRoute({
  ...common,
  path: '/issuer/paper-requests',
  validateSearch: readPaperRequestFilters,
  component: lazyRouteComponent(
    () => import('../features/issuer/paper/PaperRequestsPage'),
    'PaperRequestsPage',
  ),
});

const audit = createRoute({
  ...common,
  path: '/issuer/audit',
  validateSearch: readAuditFilters,
  component: lazyRouteComponent(() => import('../features/issuer/AuditPage'), 'AuditPage'),
});

const validation = createRoute({
  ...common,
  path: '/issuer/validation',
  component: lazyRouteComponent(
    () => import('../features/issuer/ValidationPage'),
    'ValidationPage',
  ),
});

const webhooks = createRoute({
  ...common,
  path: '/issuer/webhooks',
  component: lazyRouteComponent(
    () => import('../features/issuer/webhooks/WebhooksPage'),
    'WebhooksPage',
  ),
});

const webhook = createRoute({
  ...common,
  path: '/issuer/webhooks/$webhookId',
  component: lazyRouteComponent(
    () => import('../features/issuer/webhooks/WebhookPage'),
    'WebhookPage',
  ),
});

export const staffRoutes = [
  customers,
  customer,
  deliveries,
  printBatches,
  paperRequests,
  audit,
  validation,
  webhooks,
  webhook,
] as const;
