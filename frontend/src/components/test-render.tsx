import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import {
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
  RouterProvider,
} from '@tanstack/react-router';
import { render, screen } from '@testing-library/react';
import type { ReactNode } from 'react';
import first from '../i18n/compiled/en.json';
import later from '../i18n/compiled/later/en.json';
import { LanguageProvider, type Messages } from '../i18n/intl';
import type { Language } from '../i18n/locales';
import { ToastProvider } from './Toasts';

/** Renders within everything a component may ask for, as the app does. */
export async function renderInApp(children: ReactNode, language: Language = 'en') {
  const root = createRootRoute();
  const page = createRoute({
    getParentRoute: () => root,
    path: '$',
    component: () => <div data-testid="rendered">{children}</div>,
  });
  const router = createRouter({
    routeTree: root.addChildren([page]),
    history: createMemoryHistory({ initialEntries: ['/here'] }),
  });
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const result = render(
    <MantineProvider>
      <QueryClientProvider client={client}>
        <LanguageProvider
          language={language}
          messages={{ ...first, ...later } as unknown as Messages}
          changeLanguage={async () => undefined}
        >
          <ToastProvider>
            {/* biome-ignore lint/suspicious/noExplicitAny: the app registers its own router's type. */}
            <RouterProvider router={router as any} />
          </ToastProvider>
        </LanguageProvider>
      </QueryClientProvider>
    </MantineProvider>,
  );
  await screen.findByTestId('rendered');
  return { ...result, client, router };
}

type Answer = { status?: number; body?: unknown; headers?: Record<string, string> };

/** Stands in for the API: answers by "METHOD /path", and keeps what was asked. */
export function answerFetch(answers: Record<string, Answer>) {
  const asked: Request[] = [];
  globalThis.fetch = async (input) => {
    const request = input as Request;
    asked.push(request.clone());
    const answer = answers[`${request.method} ${new URL(request.url).pathname}`];
    if (!answer) throw new TypeError('Failed to fetch');
    const { status = 200, body, headers = {} } = answer;
    return new Response(body === undefined ? null : JSON.stringify(body), { status, headers });
  };
  return asked;
}
