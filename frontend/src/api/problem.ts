import type { IntlShape } from 'react-intl';

/** A refusal by the API (RFC 9457). `code` is stable; `detail` is already in the reader's language. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly status: number;
  readonly code: string;
  readonly detail: string | undefined;
  readonly requestId: string | undefined;
  readonly retryAfter: number | undefined;
  readonly fields: FieldProblem[];

  constructor(status: number, body: Partial<ProblemBody>, headers?: Headers) {
    super(body.code ?? `http_${status}`);
    this.status = status;
    this.code = body.code ?? `http_${status}`;
    this.detail = body.detail || body.title;
    this.requestId = body.request_id ?? headers?.get('x-request-id') ?? undefined;
    this.retryAfter = seconds(headers?.get('retry-after'));
    this.fields = body.errors ?? [];
  }
}

export type FieldProblem = { pointer: string; code: string; message: string };

type ProblemBody = {
  title: string;
  detail: string;
  code: string;
  request_id: string;
  errors?: FieldProblem[];
};

const SENTENCES = {
  invalid_credentials: 'problem.invalid_credentials',
  invalid_code: 'problem.invalid_code',
  invalid_challenge: 'problem.invalid_challenge',
  unauthenticated: 'problem.unauthenticated',
  invalid_passkey: 'problem.invalid_passkey',
  step_up_required: 'problem.step_up_required',
  sign_in_first: 'problem.sign_in_first',
  other_account: 'problem.other_account',
  forbidden: 'problem.forbidden',
  csrf: 'problem.csrf',
  not_found: 'problem.not_found',
  gone: 'problem.gone',
  unavailable: 'problem.unavailable',
  internal: 'problem.internal',
} as const;

/** Turns whatever was thrown into one sentence for the reader. */
export function problemSentence(intl: IntlShape, error: unknown): string {
  if (!(error instanceof ApiProblem)) return intl.formatMessage({ id: elsewhere(error) });
  if (error.status === 429) {
    const minutes = Math.max(1, Math.ceil((error.retryAfter ?? 60) / 60));
    return intl.formatMessage({ id: 'problem.too_many_requests' }, { minutes });
  }
  // It may tell of a clock that is off, and by how much.
  if (error.code === 'invalid_code' && error.detail) return error.detail;
  const id = SENTENCES[error.code as keyof typeof SENTENCES];
  if (id) return intl.formatMessage({ id });
  if (error.detail) return error.detail;
  return intl.formatMessage({ id: 'problem.internal' });
}

/** What failed before anything was asked of the API: the browser's passkeys, or the network. */
function elsewhere(error: unknown) {
  if (!(error instanceof DOMException)) return 'problem.network';
  const isKnown = error.name === 'InvalidStateError';
  return isKnown ? 'problem.passkey_exists' : 'problem.passkey_failed';
}

const FIELD_SENTENCES = {
  same_address: 'field.same_address',
  out_of_range: 'field.out_of_range',
  string_too_long: 'field.too_long',
  string_too_short: 'field.missing',
  missing: 'field.missing',
} as const;

/** What is wrong with one field of a form, if the server found anything. */
export function fieldSentence(intl: IntlShape, error: unknown, field: string): string | undefined {
  if (!(error instanceof ApiProblem)) return undefined;
  const found = error.fields.find(({ pointer }) => pointer.split('/').at(-1) === field);
  if (!found) return undefined;
  const known = FIELD_SENTENCES[found.code as keyof typeof FIELD_SENTENCES];
  const isEmail = field.endsWith('email');
  return intl.formatMessage({ id: known ?? (isEmail ? 'field.email' : 'field.invalid') });
}

export function hasStatus(error: unknown, status: number): error is ApiProblem {
  return error instanceof ApiProblem && error.status === status;
}

export function hasCode(error: unknown, code: string): error is ApiProblem {
  return error instanceof ApiProblem && error.code === code;
}

/** `Retry-After` is a number of seconds or a date. */
function seconds(header: string | null | undefined): number | undefined {
  if (!header) return undefined;
  const value = Number(header);
  if (Number.isFinite(value)) return value;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - Date.now()) / 1000));
}
