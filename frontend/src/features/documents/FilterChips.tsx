import { IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { FormattedMessage, useIntl } from 'react-intl';
import type { Customer } from '../../api/customers';
import { tagsQuery } from '../../api/tags';
import { formatPlainDate } from '../../lib/dates';
import { formatDecimal } from '../../lib/format';
import classes from './FilterChips.module.css';
import type { Filters } from './filters';
import type { Patch } from './useFilters';

type Chip = { key: string; text: string; without: Patch };

type Props = {
  filters: Filters;
  customers: Customer[];
  onPatch: (patch: Patch) => void;
  onReset: () => void;
};

/** The filters in force, each of which can be taken away on its own. */
export function FilterChips({ filters, customers, onPatch, onReset }: Props) {
  const intl = useIntl();
  const chips = useChips(filters, customers);
  if (chips.length === 0) return null;
  return (
    <ul className={classes.chips} aria-label={intl.formatMessage({ id: 'filters.active' })}>
      {chips.map(({ key, text, without }) => (
        <li key={key}>
          <button
            type="button"
            className={classes.chip}
            aria-label={intl.formatMessage({ id: 'filters.remove' }, { filter: text })}
            onClick={() => onPatch(without)}
          >
            <span className={classes.text}>{text}</span>
            <IconX size={14} stroke={2} aria-hidden />
          </button>
        </li>
      ))}
      <li>
        <button type="button" className={classes.reset} onClick={onReset}>
          <FormattedMessage id="filters.reset" />
        </button>
      </li>
    </ul>
  );
}

function useChips(filters: Filters, customers: Customer[]): Chip[] {
  const intl = useIntl();
  const { data: tags = [] } = useQuery({ ...tagsQuery, enabled: filters.tag_id !== undefined });
  const text = intl.formatMessage;
  const chips: Chip[] = [];
  const { issued_from, issued_to, amount_min, amount_max } = filters;

  if (filters.q) {
    chips.push({
      key: 'q',
      text: text({ id: 'chip.q' }, { q: filters.q }),
      without: { q: undefined },
    });
  }
  for (const id of filters.customer_id ?? []) {
    const customer = customers.find((item) => item.id === id);
    const rest = filters.customer_id?.filter((item) => item !== id) ?? [];
    chips.push({
      key: id,
      text: customer ? `${customer.number} ${customer.name}` : text({ id: 'chip.customer' }),
      without: { customer_id: rest.length > 0 ? rest : undefined },
    });
  }
  if (issued_from || issued_to) {
    const values = {
      from: issued_from ? formatPlainDate(issued_from, intl.locale, 'short') : '',
      to: issued_to ? formatPlainDate(issued_to, intl.locale, 'short') : '',
    };
    chips.push({
      key: 'period',
      text: text({ id: `chip.period_${bounds(issued_from, issued_to)}` }, values),
      without: { issued_from: undefined, issued_to: undefined },
    });
  }
  if (filters.number) {
    chips.push({
      key: 'number',
      text: text({ id: 'chip.number' }, { number: filters.number }),
      without: { number: undefined },
    });
  }
  for (const kind of filters.kind ?? []) {
    const rest = filters.kind?.filter((item) => item !== kind) ?? [];
    chips.push({
      key: kind,
      text: text({ id: `kind.${kind}` }),
      without: { kind: rest.length > 0 ? rest : undefined },
    });
  }
  if (amount_min || amount_max) {
    const figure = (amount: string | undefined) =>
      amount ? formatDecimal(amount, intl.locale, { max: 2 }) : '';
    chips.push({
      key: 'amount',
      text: text(
        { id: `chip.amount_${bounds(amount_min, amount_max)}` },
        { min: figure(amount_min), max: figure(amount_max) },
      ),
      without: { amount_min: undefined, amount_max: undefined },
    });
  }
  for (const id of filters.tag_id ?? []) {
    const tag = tags.find((item) => item.id === id);
    const rest = filters.tag_id?.filter((item) => item !== id) ?? [];
    chips.push({
      key: id,
      text: tag ? text({ id: 'chip.tag' }, { name: tag.name }) : text({ id: 'chip.unknown_tag' }),
      without: { tag_id: rest.length > 0 ? rest : undefined },
    });
  }
  if (filters.unread) {
    chips.push({
      key: 'unread',
      text: text({ id: 'filters.unread_only' }),
      without: { unread: undefined },
    });
  }
  return chips;
}

function bounds(low: string | undefined, high: string | undefined): 'between' | 'from' | 'to' {
  if (low && high) return 'between';
  return low ? 'from' : 'to';
}
