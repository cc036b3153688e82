import { act, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { describe, expect, it, vi } from 'vitest';
import { $api } from '../api/client';
import { ApiProblem } from '../api/problem';
import { AmountRange } from './AmountRange';
import { CopyButton } from './CopyButton';
import { ProblemNotice } from './Message';
import { Money } from './Money';
import { PasswordField } from './PasswordField';
import { SearchField } from './SearchField';
import { answerFetch, renderInApp } from './test-render';

function Range({ onChange }: { onChange: (range: object) => void }) {
  const [range, setRange] = useState<{ min?: string | undefined; max?: string | undefined }>({
    min: '100.00',
  });
  return (
    <AmountRange
      min={range.min}
      max={range.max}
      onChange={(change) => {
        onChange(change);
        setRange({ ...range, ...change });
      }}
    />
  );
}

function Search() {
  const [text, setText] = useState('lease');
  return (
    <>
      <SearchField label="Search" value={text} onChange={setText} />
      <button type="button" onClick={() => setText('')}>
        Reset
      </button>
      <output>{text}</output>
    </>
  );
}

function Field() {
  const [value, setValue] = useState('');
  return <PasswordField label="Choose a password" value={value} onChange={setValue} />;
}

function Calls({ onError }: { onError: (error: unknown) => void }) {
  const signOut = $api.useMutation('post', '/api/v1/auth/logout', { onError });
  const me = $api.useQuery('get', '/api/v1/me');
  return (
    <button type="button" onClick={() => signOut.mutate({})}>
      {String(me.error)}
    </button>
  );
}

describe('Money', () => {
  it('shows a credit note with a minus, and nothing for an absent amount', async () => {
    await renderInApp(
      <>
        <Money amount="1234.50" currency="EUR" kind="credit_note" />
        <Money amount={null} currency={null} />
      </>,
    );
    expect(screen.getByTestId('rendered')).toHaveTextContent('\u2212€1,234.50–');
  });
});

describe('ProblemNotice', () => {
  it('shows the request id of a failure, and offers to retry', async () => {
    const retry = vi.fn();
    const error = new ApiProblem(500, { code: 'internal', request_id: 'abc123' });
    await renderInApp(<ProblemNotice error={error} onRetry={retry} />);
    expect(screen.getByRole('alert')).toHaveTextContent('abc123');
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(retry).toHaveBeenCalledOnce();
  });

  it('spares the reader the id of a plain refusal', async () => {
    const error = new ApiProblem(401, { code: 'invalid_credentials', request_id: 'abc123' });
    await renderInApp(<ProblemNotice error={error} />);
    expect(screen.getByRole('alert')).not.toHaveTextContent('abc123');
  });
});

describe('AmountRange', () => {
  it('hands on what is understood, and keeps the text as it was typed', async () => {
    const onChange = vi.fn();
    await renderInApp(<Range onChange={onChange} />);
    await userEvent.type(screen.getByLabelText('To'), '1 234,50');
    await vi.waitFor(() => expect(onChange).toHaveBeenCalledWith({ max: '1234.50' }));
    expect(onChange).toHaveBeenCalledOnce();
    expect(screen.getByLabelText('To')).toHaveValue('1 234,50');
  });

  it('does not apply a range that is upside down', async () => {
    const onChange = vi.fn();
    await renderInApp(<Range onChange={onChange} />);
    await userEvent.type(screen.getByLabelText('To'), '99');
    expect(screen.getByText('“From” is larger than “To”')).toBeVisible();
    await act(() => new Promise((resolve) => setTimeout(resolve, 350)));
    expect(onChange).not.toHaveBeenCalled();
  });
});

describe('SearchField', () => {
  it('follows the value when it changes elsewhere', async () => {
    await renderInApp(<Search />);
    await userEvent.type(screen.getByRole('searchbox'), ' car ');
    await vi.waitFor(() => expect(screen.getByRole('status')).toHaveTextContent('lease car'));
    expect(screen.getByRole('searchbox')).toHaveValue('lease car ');
    await userEvent.click(screen.getByRole('button', { name: 'Reset' }));
    expect(screen.getByRole('searchbox')).toHaveValue('');
  });
});

describe('PasswordField', () => {
  it('tells the rule beforehand and what is still missing', async () => {
    await renderInApp(<Field />);
    const input = screen.getByLabelText('Choose a password');
    expect(input).toHaveAccessibleDescription(/^15 to 128 characters/);
    await userEvent.type(input, 'fourteen chars');
    expect(input).toHaveAccessibleDescription('1 more character needed, at least 15 in all.');
    expect(input).toHaveAttribute('type', 'password');
    await userEvent.click(screen.getByRole('button', { name: 'Show or hide the password' }));
    expect(input).toHaveAttribute('type', 'text');
  });
});

describe('CopyButton', () => {
  it('copies, and says so', async () => {
    const user = userEvent.setup();
    await renderInApp(<CopyButton value="BE68" label="Copy the IBAN" />);
    await user.click(screen.getByRole('button', { name: 'Copy the IBAN' }));
    expect(await navigator.clipboard.readText()).toBe('BE68');
    expect(await screen.findByText('Copied: BE68')).toBeVisible();
  });
});

describe('the API client', () => {
  it('marks unsafe requests, and turns refusals into problems', async () => {
    const asked = answerFetch({
      'POST /api/v1/auth/logout': {
        status: 403,
        body: { code: 'csrf', request_id: 'r1' },
      },
      'GET /api/v1/me': { status: 401, body: { code: 'unauthenticated' } },
    });
    const failed = vi.fn();
    await renderInApp(<Calls onError={failed} />);
    await userEvent.click(await screen.findByRole('button', { name: /unauthenticated/ }));
    await vi.waitFor(() => expect(failed).toHaveBeenCalledOnce());
    const [error] = failed.mock.lastCall ?? [];
    expect(error).toBeInstanceOf(ApiProblem);
    expect(error).toMatchObject({ status: 403, code: 'csrf', requestId: 'r1' });
    const sent = asked.map(({ method, headers }) => [method, headers.get('X-Requested-With')]);
    expect(sent).toEqual([
      ['GET', null],
      ['POST', 'i-portal'],
    ]);
    expect(asked.every(({ credentials }) => credentials === 'same-origin')).toBe(true);
  });
});
