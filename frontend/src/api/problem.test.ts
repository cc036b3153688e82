import { createIntl } from 'react-intl';
import { describe, expect, it } from 'vitest';
import messages from '../i18n/messages/en.json';
import { ApiProblem, fieldSentence, problemSentence } from './problem';

const intl = createIntl({ locale: 'en-GB', messages });
const sentence = (error: unknown) => problemSentence(intl, error);

describe('problemSentence', () => {
  it('has its own words for the codes it knows', () => {
    expect(sentence(new ApiProblem(401, { code: 'invalid_credentials', detail: 'x' }))).toBe(
      'The e-mail address or the password is not right.',
    );
  });

  it('falls back to what the API says, in the reader’s language', () => {
    expect(sentence(new ApiProblem(409, { code: 'new_one', detail: 'Said by the API.' }))).toBe(
      'Said by the API.',
    );
    expect(sentence(new ApiProblem(500, {}))).toContain('on our side');
  });

  it('tells how long to wait', () => {
    const headers = new Headers({ 'Retry-After': '125' });
    expect(sentence(new ApiProblem(429, { code: 'too_many_requests' }, headers))).toContain(
      '3 minutes',
    );
    const soon = new Headers({ 'Retry-After': new Date(Date.now() + 30_000).toUTCString() });
    expect(sentence(new ApiProblem(429, {}, soon))).toContain('a minute');
  });

  it('tells an unreachable portal from one that refuses', () => {
    expect(sentence(new TypeError('Failed to fetch'))).toContain('cannot be reached');
    const known = new DOMException('excluded', 'InvalidStateError');
    expect(sentence(known)).toContain('already has a passkey');
  });
});

describe('fieldSentence', () => {
  const error = new ApiProblem(422, {
    errors: [
      { pointer: '/last_name', code: 'string_too_long', message: 'In English.' },
      { pointer: '/recovery_email', code: 'value_error', message: 'In English.' },
    ],
  });

  it('finds a field by JSON pointer, and speaks the reader’s language', () => {
    expect(fieldSentence(intl, error, 'last_name')).toBe('This is too long.');
    expect(fieldSentence(intl, error, 'recovery_email')).toContain('not a valid e-mail address');
  });

  it('is silent about other fields and other failures', () => {
    expect(fieldSentence(intl, error, 'first_name')).toBeUndefined();
    expect(fieldSentence(intl, new Error('other'), 'last_name')).toBeUndefined();
  });
});
