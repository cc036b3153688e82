import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { $api } from '../api/client';
import { meQuery } from '../api/session';
import { ProofGate } from './ProofGate';
import { renderInApp } from './test-render';

const PROBLEM = { code: 'step_up_required' };

/** The API as it answers until the proof has been given. */
function answerOnceProved(stepUp: () => number = () => 204) {
  const asked: Request[] = [];
  let isProved = false;
  globalThis.fetch = async (input) => {
    const request = (input as Request).clone();
    asked.push(request);
    if (request.url.endsWith('/step-up')) {
      const status = stepUp();
      isProved = status === 204;
      return new Response(isProved ? null : JSON.stringify({ code: 'invalid_credentials' }), {
        status,
      });
    }
    return isProved
      ? new Response(null, { status: 204 })
      : new Response(JSON.stringify(PROBLEM), { status: 403 });
  };
  return asked;
}

function Action({ onError }: { onError: (error: unknown) => void }) {
  const save = $api.useMutation('post', '/api/v1/me/recovery-email/verify', { onError });
  return (
    <button type="button" onClick={() => save.mutate({ body: { code: '123456' } })}>
      {save.isSuccess ? 'Done' : 'Act'}
    </button>
  );
}

async function act(mfaEnabled = false) {
  const onError = vi.fn();
  const { client } = await renderInApp(
    <>
      <Action onError={onError} />
      <ProofGate />
    </>,
  );
  client.setQueryData(meQuery.queryKey, {
    email: 'ada@example.com',
    mfa_enabled: mfaEnabled,
  } as never);
  await userEvent.click(screen.getByRole('button', { name: 'Act' }));
  await screen.findByRole('dialog', {}, { timeout: 5000 });
  return onError;
}

describe('a fresh proof', () => {
  it('is asked for in place, and then the same request goes on', async () => {
    const asked = answerOnceProved();
    await act();
    await userEvent.type(screen.getByLabelText('Password'), 'my own password');
    await userEvent.click(screen.getByRole('button', { name: 'Confirm' }));
    expect(await screen.findByRole('button', { name: 'Done' })).toBeInTheDocument();
    expect(asked.map(({ url }) => new URL(url).pathname)).toEqual([
      '/api/v1/me/recovery-email/verify',
      '/api/v1/auth/step-up',
      '/api/v1/me/recovery-email/verify',
    ]);
    expect(await asked[1]?.json()).toEqual({ password: 'my own password', code: null });
    expect(await asked[2]?.json()).toEqual({ code: '123456' });
  });

  it('may be tried again after a wrong password', async () => {
    const answers = [401, 204];
    answerOnceProved(() => answers.shift() ?? 500);
    await act();
    await userEvent.type(screen.getByLabelText('Password'), 'not mine');
    await userEvent.click(screen.getByRole('button', { name: 'Confirm' }));
    expect(await screen.findByText('The password is not right.')).toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Confirm' }));
    expect(await screen.findByRole('button', { name: 'Done' })).toBeInTheDocument();
  });

  it('may be declined: then the request fails as it did', async () => {
    const asked = answerOnceProved();
    const onError = await act();
    await userEvent.click(screen.getByRole('button', { name: 'Cancel' }));
    await vi.waitFor(() => expect(onError).toHaveBeenCalledOnce());
    expect(onError.mock.calls[0]?.[0]).toMatchObject(PROBLEM);
    expect(asked).toHaveLength(1);
  });

  it('takes a code of the app as well, where there is one', async () => {
    const asked = answerOnceProved();
    await act(true);
    await userEvent.type(screen.getByLabelText('Password'), 'my own password');
    await userEvent.type(screen.getByLabelText('Code of your app'), '654321');
    await userEvent.click(screen.getByRole('button', { name: 'Confirm' }));
    await screen.findByRole('button', { name: 'Done' });
    expect(await asked[1]?.json()).toEqual({ password: 'my own password', code: '654321' });
  });
});
