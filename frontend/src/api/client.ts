import createFetchClient, { type Middleware } from 'openapi-fetch';
import createQueryClient from 'openapi-react-query';
import { ApiProblem } from './problem';
import { fetchWithProof } from './proof';
import type { paths } from './schema.gen';

let language = 'en';

/** The language in which the API words its problems. */
export function setApiLanguage(next: string): void {
  language = next;
}

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

const habits: Middleware = {
  onRequest({ request }) {
    request.headers.set('Accept-Language', language);
    if (!SAFE.has(request.method)) request.headers.set('X-Requested-With', 'i-portal');
    return request;
  },
  async onResponse({ response }) {
    if (response.ok) return undefined;
    const body = await response.json().catch(() => ({}));
    throw new ApiProblem(response.status, body, response.headers);
  },
};

export const api = createFetchClient<paths>({
  baseUrl: window.location.origin,
  credentials: 'same-origin',
  fetch: fetchWithProof,
});
api.use(habits);

export const $api = createQueryClient(api);

/** Where a document's file is fetched from; links and the PDF viewer use the address itself. */
export function fileUrl(documentId: string, file: 'pdf' | 'ubl' | 'csv', inline = false): string {
  const suffix = inline ? '?disposition=inline' : '';
  return `/api/v1/documents/${documentId}/${file}${suffix}`;
}
