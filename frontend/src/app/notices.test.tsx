import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import { meQuery } from '../api/session';
import { answerFetch, renderInApp } from '../components/test-render';
import { Notices } from './Notices';

const FAILED = {
  code: 'mail_failed',
  parameters: { address: 'ada@example.com', reason: '550', at: '2026-11-23T10:00:00Z' },
};
const NUMBERS = { code: 'new_customer_numbers', parameters: { numbers: 'DL1, DL2', count: '2' } };
const LATER = { code: 'one_of_a_later_version', parameters: {} };

async function show(notices: unknown[]) {
  const { client } = await renderInApp(<Notices />);
  client.setQueryData(meQuery.queryKey, { notices } as never);
}

it('tells what there is to know, and leaves out what it cannot word', async () => {
  await show([FAILED, NUMBERS, LATER]);
  expect(await screen.findByText(/did not arrive/)).toHaveTextContent('ada@example.com');
  expect(screen.getByRole('link', { name: 'change it' })).toHaveAttribute(
    'href',
    '/profile/recovery',
  );
  expect(screen.getByText(/New customer numbers \(DL1, DL2\)/)).toBeInTheDocument();
  expect(screen.getAllByRole('button')).toHaveLength(2);
});

it('puts one away, and the others stay', async () => {
  const asked = answerFetch({ 'DELETE /api/v1/me/notices/mail_failed': { status: 204 } });
  await show([FAILED, NUMBERS]);
  const [first] = await screen.findAllByRole('button', { name: 'Put this message away' });
  if (first) await userEvent.click(first);
  expect(await screen.findByText(/New customer numbers/)).toBeInTheDocument();
  await expect.poll(() => screen.queryByText(/did not arrive/)).toBeNull();
  expect(asked).toHaveLength(1);
});
