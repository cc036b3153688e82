import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import { answerFetch, renderInApp } from '../../components/test-render';
import { VerifyPage } from './VerifyPage';

const portal = {
  name: 'Lumen Lease',
  languages: ['en', 'fr'],
  support: { phone: '+32 2 000 00 00', email: '' },
};
const genuine = {
  sealed: true,
  intact: true,
  by_this_issuer: true,
  signer: 'Lumen Lease',
  signed_at: '2026-11-23T10:00:00Z',
  reason: null,
};
const CALL = 'POST /api/v1/verify';

async function choose(name: string) {
  const field = document.querySelector<HTMLInputElement>('#verify-file');
  if (!field) throw new Error('no field for a file');
  await userEvent.upload(field, new File(['%PDF-'], name, { type: 'application/pdf' }));
}

it('keeps a file in line while too many others are checked', async () => {
  const answers: Parameters<typeof answerFetch>[0] = {
    'GET /api/v1/portal': { body: portal },
    [CALL]: { status: 503, body: { code: 'unavailable' }, headers: { 'Retry-After': '1' } },
  };
  const asked = answerFetch(answers);
  await renderInApp(<VerifyPage />);
  await choose('mine.pdf');
  expect(await screen.findByText(/mine\.pdf is in line/)).toBeVisible();
  expect(screen.queryByRole('alert')).toBeNull();

  answers[CALL] = { body: genuine };
  const heading = await screen.findByRole('heading', { level: 2 }, { timeout: 10_000 });
  expect(heading).toHaveTextContent('Genuine and unchanged');
  expect(heading).toHaveFocus();
  expect(asked.filter(({ method }) => method === 'POST')).toHaveLength(2);
}, 20_000);

it('does not ask again when a file is refused', async () => {
  const asked = answerFetch({
    'GET /api/v1/portal': { body: portal },
    [CALL]: { status: 422, body: { code: 'invalid_pdf', detail: 'This is no PDF.' } },
  });
  await renderInApp(<VerifyPage />);
  await choose('other.pdf');
  expect(await screen.findByRole('alert')).toHaveTextContent('This is no PDF.');
  expect(asked.filter(({ method }) => method === 'POST')).toHaveLength(1);
});
