export const TOKENS = '/api/v1/me/api-tokens';
