import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { customersQuery } from '../api/customers';
import { downloadsQuery } from '../api/downloads';
import { tagsQuery } from '../api/tags';
import { readFilters } from '../features/documents/filters';
import { documentsQuery } from '../features/documents/queries';
import { readScope, statisticsQuery } from '../features/statistics/queries';
import { ErrorInShell } from './ErrorPage';
import { signedIn } from './frame';

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

const statistics = createRoute({
  getParentRoute: () => signedIn,
  path: '/statistics',
  validateSearch: readScope,
  loaderDeps: ({ search }) => search,
  loader: ({ context, deps }) => {
    void context.queryClient.prefetchQuery(statisticsQuery('month', deps));
    void context.queryClient.prefetchQuery(statisticsQuery('contract', deps));
  },
  component: lazyRouteComponent(
    () => import('../features/statistics/StatisticsPage'),
    'StatisticsPage',
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

export const documentRoutes = [documents, documentDetail, downloads, statistics, tags] as const;
