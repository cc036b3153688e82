import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import { customersQuery } from '../api/customers';
import { downloadsQuery } from '../api/downloads';
import { hasStatus } from '../api/problem';
import { forget, meQuery } from '../api/session';
import { tagsQuery } from '../api/tags';
import { safeReturnPath } from '../features/auth/return-path';
import { readFilters } from '../features/documents/filters';
import { documentsQuery } from '../features/documents/queries';
import { one, parseSearch, stringifySearch } from '../lib/search-params';
import { ErrorInShell, ErrorPage } from './ErrorPage';
import { NotFoundPage } from './NotFoundPage';
import { Root } from './Root';
import { Shell } from './Shell';

type Context = { queryClient: QueryClient };

async function requireUser({
  context,
  location,
}: {
  context: Context;
  location: { href: string };
}) {
  try {
    await context.queryClient.ensureQueryData(meQuery);
  } catch (error) {
    if (!hasStatus(error, 401)) throw error;
    throw redirect({
      to: '/sign-in',
      search: { next: safeReturnPath(location.href) },
      replace: true,
    });
  }
}

const nextPath = (search: Record<string, unknown>): { next?: string | undefined } => ({
  next: safeReturnPath(one(search.next)),
});

const root = createRootRouteWithContext<Context>()({ component: Root });

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: nextPath,
  component: lazyRouteComponent(() => import('../features/auth/SignInPage'), 'SignInPage'),
});

const forgotPassword = createRoute({
  getParentRoute: () => root,
  path: '/password/forgot',
  component: lazyRouteComponent(
    () => import('../features/auth/ForgotPasswordPage'),
    'ForgotPasswordPage',
  ),
});

const resetPassword = createRoute({
  getParentRoute: () => root,
  path: '/password/reset/$token',
  component: lazyRouteComponent(
    () => import('../features/auth/ResetPasswordPage'),
    'ResetPasswordPage',
  ),
});

const newInvitation = createRoute({
  getParentRoute: () => root,
  path: '/invitations/new',
  component: lazyRouteComponent(
    () => import('../features/auth/NewInvitationPage'),
    'NewInvitationPage',
  ),
});

const invitation = createRoute({
  getParentRoute: () => root,
  path: '/invitations/$token',
  component: lazyRouteComponent(() => import('../features/auth/InvitationPage'), 'InvitationPage'),
});

const welcome = createRoute({
  getParentRoute: () => root,
  path: '/welcome',
  validateSearch: nextPath,
  loader: requireUser,
  component: lazyRouteComponent(() => import('../features/profile/WelcomePage'), 'WelcomePage'),
});

const signedIn = createRoute({
  getParentRoute: () => root,
  id: '_app',
  loader: requireUser,
  component: Shell,
});

const home = createRoute({
  getParentRoute: () => signedIn,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/documents', replace: true });
  },
});

const documents = createRoute({
  getParentRoute: () => signedIn,
  path: '/documents',
  validateSearch: readFilters,
  loaderDeps: ({ search }) => search,
  loader: ({ context, deps }) => {
    void context.queryClient.prefetchQuery(documentsQuery(deps));
    void context.queryClient.prefetchQuery(customersQuery);
  },
  component: lazyRouteComponent(
    () => import('../features/documents/DocumentsPage'),
    'DocumentsPage',
  ),
  errorComponent: ErrorInShell,
});

// No data is loaded ahead here: reading a document's detail marks it as consulted.
const documentDetail = createRoute({
  getParentRoute: () => signedIn,
  path: '/documents/$documentId',
  component: lazyRouteComponent(
    () => import('../features/documents/detail/DetailPage'),
    'DetailPage',
  ),
  errorComponent: ErrorInShell,
});

const downloads = createRoute({
  getParentRoute: () => signedIn,
  path: '/downloads',
  loader: ({ context }) => void context.queryClient.prefetchQuery(downloadsQuery),
  component: lazyRouteComponent(
    () => import('../features/downloads/DownloadsPage'),
    'DownloadsPage',
  ),
  errorComponent: ErrorInShell,
});

const tags = createRoute({
  getParentRoute: () => signedIn,
  path: '/settings/tags',
  loader: ({ context }) => void context.queryClient.prefetchQuery(tagsQuery),
  component: lazyRouteComponent(() => import('../features/tags/TagsPage'), 'TagsPage'),
  errorComponent: ErrorInShell,
});

const profile = createRoute({
  getParentRoute: () => signedIn,
  path: '/profile',
  component: lazyRouteComponent(() => import('../features/profile/ProfilePage'), 'ProfilePage'),
  errorComponent: ErrorInShell,
});

const routeTree = root.addChildren([
  signIn,
  forgotPassword,
  resetPassword,
  newInvitation,
  invitation,
  welcome,
  signedIn.addChildren([home, documents, documentDetail, downloads, tags, profile]),
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
