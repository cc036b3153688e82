import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { renderInApp } from '../../components/test-render';
import { DocumentTable } from './DocumentTable';
import { FilterChips } from './FilterChips';
import { Pager } from './Pager';
import type { Document } from './queries';
import { exactly } from './total';

const nothing = () => undefined;

const invoice: Document = {
  id: '01900000-0000-7000-8000-000000000001',
  kind: 'invoice',
  number: '2026-001',
  title: null,
  issue_date: '2026-03-31',
  due_date: null,
  customer: { id: '01900000-0000-7000-8000-000000000002', number: 'C-1', name: 'Maes' },
  currency: 'EUR',
  amount_excl_vat: '100.00',
  vat_amount: '21.00',
  amount_incl_vat: '121.00',
  unread: true,
  tags: [],
  files: ['pdf'],
  state: 'published',
};

describe('DocumentTable', () => {
  it('says what is unread, and how it is sorted', async () => {
    const onSort = vi.fn();
    const onChoose = vi.fn();
    const onChoosePage = vi.fn();
    await renderInApp(
      <DocumentTable
        documents={[invoice, { ...invoice, id: 'x', number: '2026-002', unread: false }]}
        sort="-amount"
        onSort={onSort}
        selection={{ all: false, documents: new Map([[invoice.id, invoice]]) }}
        onOpen={nothing}
        onMenu={nothing}
        onChoose={onChoose}
        onChoosePage={onChoosePage}
      />,
    );
    expect(screen.getByRole('link', { name: '2026-001, unread' })).toBeVisible();
    expect(screen.getByRole('link', { name: '2026-002' })).toBeVisible();
    const amount = screen.getByRole('columnheader', { name: 'Amount incl. VAT' });
    expect(amount).toHaveAttribute('aria-sort', 'descending');
    await userEvent.click(within(amount).getByRole('button'));
    expect(onSort).toHaveBeenCalledWith('amount');
    expect(screen.getByRole('checkbox', { name: 'Select 2026-001' })).toBeChecked();
    await userEvent.click(screen.getByRole('checkbox', { name: 'Select 2026-002' }));
    expect(onChoose).toHaveBeenCalledWith(expect.objectContaining({ id: 'x' }), true, false);
    const all = screen.getByRole('checkbox', { name: 'Select this page' });
    expect(all).toBePartiallyChecked();
    await userEvent.click(all);
    expect(onChoosePage).toHaveBeenCalledWith(true);
    const due = screen.getByRole('columnheader', { name: 'Due' });
    expect(within(due).queryByRole('button')).toBeNull();
  });
});

describe('FilterChips', () => {
  it('takes one value away, and leaves the others', async () => {
    const onPatch = vi.fn();
    await renderInApp(
      <FilterChips
        filters={{ kind: ['invoice', 'other'], amount_min: '1000.00' }}
        customers={[]}
        onPatch={onPatch}
        onReset={nothing}
      />,
    );
    await userEvent.click(screen.getByRole('button', { name: /^Invoice/ }));
    expect(onPatch).toHaveBeenCalledWith({ kind: ['other'] });
    await userEvent.click(screen.getByRole('button', { name: /^Amount from 1,000/ }));
    expect(onPatch).toHaveBeenCalledWith({ amount_min: undefined, amount_max: undefined });
  });
});

describe('Pager', () => {
  it('knows its place by the trail of pages before', async () => {
    const onTurn = vi.fn();
    await renderInApp(
      <Pager
        cursor="b"
        nextCursor="c"
        trail={[null, 'a']}
        shown={50}
        total={{ count: 170, plus: '+' }}
        onTurn={onTurn}
      />,
    );
    expect(screen.getByText('101–150 of 170+')).toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: 'Previous' }));
    expect(onTurn).toHaveBeenLastCalledWith('a', [null]);
    await userEvent.click(screen.getByRole('button', { name: 'Next' }));
    expect(onTurn).toHaveBeenLastCalledWith('c', [null, 'a', 'b']);
  });

  it('leads a shared link back to the first page', async () => {
    const onTurn = vi.fn();
    await renderInApp(
      <Pager
        cursor="b"
        nextCursor={null}
        trail={[]}
        shown={20}
        total={exactly(70)}
        onTurn={onTurn}
      />,
    );
    expect(screen.getByText('70 documents')).toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: 'First page' }));
    expect(onTurn).toHaveBeenCalledWith(null, []);
  });
});
