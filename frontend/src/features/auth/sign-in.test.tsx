import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { answerFetch, renderInApp } from '../../components/test-render';
import { CodeForm } from './CodeForm';
import { CredentialsForm } from './CredentialsForm';
import type { HalfSignIn } from './methods';

const nothing = () => undefined;

async function submitCredentials(
  onSignedIn = nothing,
  onHalf: (half: HalfSignIn) => void = nothing,
) {
  await renderInApp(
    <CredentialsForm
      email="anne@example.com"
      onEmail={nothing}
      earlier={null}
      onSignedIn={onSignedIn}
      onHalf={onHalf}
    />,
  );
  await userEvent.type(screen.getByLabelText('Password'), 'a long enough password');
  await userEvent.click(screen.getByRole('button', { name: 'Sign in' }));
}

describe('signing in', () => {
  it('hands on the user', async () => {
    const user = { id: '1' };
    const asked = answerFetch({
      'POST /api/v1/auth/login': { body: { state: 'signed_in', user } },
    });
    const onSignedIn = vi.fn();
    await submitCredentials(onSignedIn);
    await vi.waitFor(() => expect(onSignedIn).toHaveBeenCalledWith(user));
    expect(await asked[0]?.json()).toEqual({
      email: 'anne@example.com',
      password: 'a long enough password',
    });
  });

  it('goes on to the code when there is a second factor', async () => {
    answerFetch({
      'POST /api/v1/auth/login': {
        body: { state: 'mfa_required', challenge: 'abc', methods: ['totp'] },
      },
    });
    const onHalf = vi.fn();
    await submitCredentials(nothing, onHalf);
    await vi.waitFor(() =>
      expect(onHalf).toHaveBeenCalledWith(
        expect.objectContaining({ challenge: 'abc', methods: ['totp'] }),
      ),
    );
  });

  it('says how long to wait when throttled, and waits', async () => {
    answerFetch({
      'POST /api/v1/auth/login': {
        status: 429,
        body: { code: 'too_many_requests' },
        headers: { 'Retry-After': '240' },
      },
    });
    await submitCredentials();
    expect(await screen.findByRole('alert')).toHaveTextContent('Please wait 4 minutes');
    expect(screen.getByRole('button', { name: 'Sign in' })).toBeDisabled();
  });

  it('says when the portal cannot be reached', async () => {
    answerFetch({});
    await submitCredentials();
    expect(await screen.findByRole('alert')).toHaveTextContent('cannot be reached');
    expect(screen.getByLabelText('Password')).toHaveValue('a long enough password');
  });
});

describe('the code', () => {
  async function paste(text: string, onBack: (error?: unknown) => void = nothing) {
    const onSignedIn = vi.fn();
    await renderInApp(
      <CodeForm
        challenge="abc"
        methods={['totp']}
        onSignedIn={onSignedIn}
        onLostPhone={nothing}
        onBack={onBack}
      />,
    );
    const input = screen.getByLabelText('Six-digit code');
    await userEvent.click(input);
    await userEvent.paste(text);
    return { input, onSignedIn };
  }

  it('may be pasted with a space, and is sent once complete', async () => {
    const asked = answerFetch({
      'POST /api/v1/auth/mfa': { body: { state: 'signed_in', user: { id: '1' } } },
    });
    const { input, onSignedIn } = await paste('123 456');
    await vi.waitFor(() => expect(onSignedIn).toHaveBeenCalledOnce());
    expect(asked).toHaveLength(1);
    expect(await asked[0]?.json()).toEqual({ challenge: 'abc', code: '123456' });
    expect(input).toHaveAttribute('autocomplete', 'one-time-code');
  });

  it('that is wrong may be tried again', async () => {
    answerFetch({ 'POST /api/v1/auth/mfa': { status: 401, body: { code: 'invalid_code' } } });
    const onBack = vi.fn();
    const { input } = await paste('123456', onBack);
    expect(await screen.findByRole('alert')).toHaveTextContent('This code is not right');
    expect(input).toHaveValue('');
    expect(onBack).not.toHaveBeenCalled();
  });

  it('goes back to the password when the challenge is used up', async () => {
    answerFetch({ 'POST /api/v1/auth/mfa': { status: 401, body: { code: 'invalid_challenge' } } });
    const onBack = vi.fn();
    await paste('123456', onBack);
    await vi.waitFor(() => expect(onBack).toHaveBeenCalledOnce());
  });
});
