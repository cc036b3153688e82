import type { QueryClient } from '@tanstack/react-query';
import { createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { customersQuery } from '../api/customers';
import { forget } from '../api/session';
import { safeReturnPath } from '../features/auth/return-path';
import { parseSearch, stringifySearch } from '../lib/search-params';
import { documentRoutes } from './document-routes';
import { ErrorInShell, ErrorPage } from './ErrorPage';
import { entryRoutes } from './entry-routes';
import { root, signedIn } from './frame';
import { NotFoundPage } from './NotFoundPage';
import { staffRoutes } from './staff-routes';

const home = createRoute({
  getParentRoute: () => signedIn,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/documents', replace: true });
  },
});

const profile = createRoute({
  getParentRoute: () => signedIn,
  path: '/profile',
  component: lazyRouteComponent(() => import('../features/profile/ProfilePage'), 'ProfilePage'),
  errorComponent: ErrorInShell,
});

const recovery = createRoute({
  getParentRoute: () => signedIn,
  path: '/profile/recovery',
  component: lazyRouteComponent(
    () => import('../features/profile/recovery/RecoveryPage'),
    'RecoveryPage',
  ),
  errorComponent: ErrorInShell,
});

const security = createRoute({
  getParentRoute: () => signedIn,
  path: '/profile/security',
  component: lazyRouteComponent(
    () => import('../features/profile/security/SecurityPage'),
    'SecurityPage',
  ),
  errorComponent: ErrorInShell,
});

const tokens = createRoute({
  getParentRoute: () => signedIn,
  path: '/profile/tokens',
  component: lazyRouteComponent(
    () => import('../features/profile/tokens/TokensPage'),
    'TokensPage',
  ),
  errorComponent: ErrorInShell,
});

const customers = createRoute({
  getParentRoute: () => signedIn,
  path: '/customers',
  loader: ({ context }) => void context.queryClient.prefetchQuery(customersQuery),
  component: lazyRouteComponent(
    () => import('../features/customers/CustomersPage'),
    'CustomersPage',
  ),
  errorComponent: ErrorInShell,
});

const sharedUsers = createRoute({
  getParentRoute: () => signedIn,
  path: '/shared-users',
  loader: ({ context }) => void context.queryClient.prefetchQuery(customersQuery),
  component: lazyRouteComponent(
    () => import('../features/sharing/SharedUsersPage'),
    'SharedUsersPage',
  ),
  errorComponent: ErrorInShell,
});

const routeTree = root.addChildren([
  ...entryRoutes,
  signedIn.addChildren([
    home,
    ...documentRoutes,
    customers,
    sharedUsers,
    ...staffRoutes,
    profile,
    recovery,
    security,
    tokens,
  ]),
]);

function createInstance(queryClient: QueryClient) {
  return createRouter({
    routeTree,
    context: { queryClient },
    parseSearch,
    stringifySearch,
    search: { strict: true },
    defaultPreload: false,
    defaultErrorComponent: ErrorPage,
    defaultNotFoundComponent: NotFoundPage,
    scrollRestoration: true,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createInstance>;
  }
}

export function createPortalRouter(queryClient: QueryClient) {
  const instance = createInstance(queryClient);
  return {
    instance,
    load: () => instance.load(),
    /** The session has ended: sign in again, then come back to the same place. */
    signedOut() {
      const { pathname, href } = instance.state.location;
      const isSignedInPage = instance.state.matches.some(
        ({ routeId }) => routeId === '/_app' || routeId === '/welcome',
      );
      if (!isSignedInPage) return;
      forget(queryClient);
      const next = pathname === '/' ? undefined : safeReturnPath(href);
      void instance.navigate({ to: '/sign-in', search: { next }, replace: true });
    },
  };
}
