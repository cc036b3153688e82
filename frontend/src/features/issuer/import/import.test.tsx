import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import { answerFetch, renderInApp } from '../../../components/test-render';
import { ImportSteps } from './ImportSteps';
import { templateFile } from './template';
import type { ImportReport } from './useImport';

const CALL = 'POST /api/v1/issuer/customers/import';
const rejected = [
  { line: 3, number: 'A2', errors: [{ pointer: 'email', code: 'value_error', message: 'x' }] },
  { line: 4, number: '', errors: [{ pointer: 'number', code: 'missing', message: 'x' }] },
  {
    line: 9,
    number: 'A1',
    errors: [{ pointer: 'number', code: 'duplicate_number', message: 'x' }],
  },
];
const report: ImportReport = { created: 2, updated: 1, unchanged: 5, rejected_count: 4, rejected };

async function openWith(answer: { status?: number; body: unknown }) {
  const asked = answerFetch({ [CALL]: answer });
  await renderInApp(<ImportSteps onClose={() => undefined} />);
  const field = document.querySelector<HTMLInputElement>('#import-file');
  if (!field) throw new Error('no field for a file');
  await userEvent.upload(field, new File(['number'], 'mine.csv', { type: 'text/csv' }));
  return asked;
}

const isDryRun = ({ url }: Request) => new URL(url).searchParams.get('dry_run');

it('shows what would happen, then does it when told to', async () => {
  const asked = await openWith({ body: report });
  expect(await screen.findByRole('heading', { name: 'What would happen' })).toHaveFocus();
  expect(screen.getByText('4 rows are left out.', { exact: false })).toHaveTextContent(
    'Only the first 3 are listed.',
  );
  const [, first, second, third] = screen.getAllByRole('row');
  expect(within(first as HTMLElement).getByText(/not a valid e-mail/)).toBeVisible();
  expect(within(second as HTMLElement).getByText(/This field is required/)).toBeVisible();
  expect(within(third as HTMLElement).getByText(/more than once/)).toBeVisible();
  expect(asked.map(isDryRun)).toEqual(['true']);

  await userEvent.click(screen.getByRole('button', { name: 'Import 3 customer numbers' }));
  expect(await screen.findByRole('heading', { name: 'Imported' })).toHaveFocus();
  expect(asked.map(isDryRun)).toEqual(['true', 'false']);
});

it('offers no import of a file that changes nothing', async () => {
  await openWith({ body: { ...report, created: 0, updated: 0 } });
  expect(await screen.findByRole('heading', { name: 'What would happen' })).toBeVisible();
  expect(screen.queryByRole('button', { name: /^Import/ })).toBeNull();
  await userEvent.click(screen.getByRole('button', { name: 'Choose another file' }));
  expect(screen.getByText(/Drop a CSV file/)).toBeVisible();
});

it('tells why a file is refused, and takes another', async () => {
  await openWith({ status: 422, body: { code: 'invalid_csv', detail: 'A column is missing.' } });
  expect(await screen.findByRole('alert')).toHaveTextContent('A column is missing.');
  expect(document.querySelector('#import-file')).toBeEnabled();
});

it('separates the template’s columns as the reader’s Excel does', async () => {
  expect(await templateFile('en').text()).toContain('number,name');
  expect(await templateFile('nl').text()).toContain('number;name');
});
