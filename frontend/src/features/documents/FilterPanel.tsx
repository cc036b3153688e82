import { Checkbox, Switch, TextInput } from '@mantine/core';
import { lazy, type ReactNode, Suspense, useId } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { AmountRange } from '../../components/AmountRange';
import { useDraft } from '../../components/useDraft';
import classes from './FilterPanel.module.css';
import { type Filters, KINDS, type Kind } from './filters';
import { TagFilter } from './TagFilter';
import type { Patch } from './useFilters';

const PeriodFilter = lazy(async () => ({
  default: (await import('../../components/PeriodFilter')).PeriodFilter,
}));

type Props = { filters: Filters; onPatch: (patch: Patch) => void; inDialog?: boolean };

export function FilterPanel({ filters, onPatch, inDialog = false }: Props) {
  const intl = useIntl();
  const [number, typeNumber] = useDraft({
    value: filters.number ?? '',
    commit: (text) => onPatch({ number: text || undefined }),
  });
  const toggleKind = (kind: Kind, on: boolean) => {
    const chosen = KINDS.filter((item) => (item === kind ? on : filters.kind?.includes(item)));
    onPatch({ kind: chosen.length > 0 ? chosen : undefined });
  };

  return (
    <div className={classes.panel}>
      <Group label={<FormattedMessage id="filters.period" />}>
        <Suspense fallback={<div className={classes.periodPlace} />}>
          <PeriodFilter
            from={filters.issued_from}
            to={filters.issued_to}
            inDialog={inDialog}
            onChange={({ from, to }) => onPatch({ issued_from: from, issued_to: to })}
          />
        </Suspense>
      </Group>
      <TextInput
        label={intl.formatMessage({ id: 'filters.number' })}
        placeholder={intl.formatMessage({ id: 'filters.number_placeholder' })}
        autoComplete="off"
        maxLength={100}
        value={number}
        onChange={(event) => typeNumber(event.currentTarget.value)}
      />
      <Group label={<FormattedMessage id="filters.kind" />}>
        <div className={classes.kinds}>
          {KINDS.map((kind) => (
            <Checkbox
              key={kind}
              label={intl.formatMessage({ id: `kind.${kind}` })}
              checked={filters.kind?.includes(kind) ?? false}
              onChange={(event) => toggleKind(kind, event.currentTarget.checked)}
            />
          ))}
        </div>
      </Group>
      <Group label={<FormattedMessage id="filters.amount" />}>
        <AmountRange
          min={filters.amount_min}
          max={filters.amount_max}
          onChange={(range) =>
            onPatch({
              ...('min' in range ? { amount_min: range.min } : {}),
              ...('max' in range ? { amount_max: range.max } : {}),
            })
          }
        />
      </Group>
      <Group label={<FormattedMessage id="tags.title" />}>
        <TagFilter value={filters.tag_id} onChange={(tag_id) => onPatch({ tag_id })} />
      </Group>
      <Switch
        className={classes.unread}
        label={intl.formatMessage({ id: 'filters.unread_only' })}
        checked={filters.unread ?? false}
        onChange={(event) => onPatch({ unread: event.currentTarget.checked || undefined })}
      />
    </div>
  );
}

function Group({ label, children }: { label: ReactNode; children: ReactNode }) {
  const id = useId();
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset's legend cannot be laid out in a grid.
    <div role="group" aria-labelledby={id} className={classes.group}>
      <p id={id} className={classes.label}>
        {label}
      </p>
      {children}
    </div>
  );
}
