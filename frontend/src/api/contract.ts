import type { Schema } from './schemas';

/** Calls that the contract fixes and the OpenAPI document does not list yet, typed by hand. */

type Body<T> = { content: { 'application/json': T } };
type Answer<Status extends number, T> = { [K in Status]: { headers: object; content: T } };
type Call<Request, Status extends number, Response> = {
  parameters: object;
  requestBody: Body<Request>;
  responses: Answer<Status, Response>;
};

export type MfaRequired = {
  state: 'mfa_required';
  challenge: string;
  methods: ('totp' | 'recovery_email')[];
};

export type ContractPaths = {
  '/api/v1/auth/login': {
    post: Call<Schema['SignIn'], 200, { 'application/json': Schema['SignedIn'] | MfaRequired }>;
  };
  '/api/v1/auth/mfa': {
    post: Call<
      { challenge: string; code: string },
      200,
      { 'application/json': Schema['SignedIn'] }
    >;
  };
  '/api/v1/auth/password/forgot': {
    post: Call<{ email: string }, 202, { 'application/json': never }>;
  };
  '/api/v1/auth/password/reset': {
    post: Call<{ token: string; password: string }, 204, { 'application/json': never }>;
  };
  '/api/v1/auth/invitations/resend': {
    post: Call<{ email: string }, 202, { 'application/json': never }>;
  };
};
