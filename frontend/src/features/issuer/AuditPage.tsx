import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { FormattedMessage, useIntl } from 'react-intl';
import { EntryField } from '../../components/EntryField';
import { Page } from '../../components/Page';
import { PeriodFilter } from '../../components/PeriodFilter';
import { Select } from '../../components/Select';
import { AuditTable } from './AuditTable';
import classes from './Desk.module.css';
import { DeskList } from './DeskList';
import { EVENTS, isEvent } from './events';
import { type AuditFilters, filled } from './filters';
import { useAudit } from './queries';

const route = getRouteApi('/_app/issuer/audit');
const NOTHING = {
  event: undefined,
  actor: undefined,
  customer_number: undefined,
  document_id: undefined,
  happened_from: undefined,
  happened_to: undefined,
};

/** What happened in the portal, who did it and when: written once, never changed. */
export function AuditPage() {
  const intl = useIntl();
  const navigate = useNavigate();
  const filters = route.useSearch();
  const events = useAudit(filters);
  const items = events.data?.pages.flatMap((page) => page.items) ?? [];
  const show = (change: { [K in keyof AuditFilters]: AuditFilters[K] | undefined }) =>
    void navigate({
      to: '/issuer/audit',
      search: filled({ ...filters, ...change }),
      replace: true,
      resetScroll: false,
    });
  const names = EVENTS.map((event) => ({
    value: event as string,
    label: intl.formatMessage({ id: `audit.${event}` }),
  })).toSorted((one, other) => one.label.localeCompare(other.label, intl.locale));

  return (
    <Page name="audit" width={82}>
      <div className={classes.filters}>
        <Select
          label={intl.formatMessage({ id: 'audit.event' })}
          value={filters.event ?? ''}
          onChange={({ currentTarget }) => show({ event: eventOf(currentTarget.value) })}
          data={[{ value: '', label: intl.formatMessage({ id: 'audit.all_events' }) }, ...names]}
        />
        <EntryField
          label={intl.formatMessage({ id: 'audit.actor_email' })}
          type="email"
          value={filters.actor ?? ''}
          onCommit={(text) => show({ actor: text || undefined })}
        />
        <EntryField
          label={intl.formatMessage({ id: 'desk.customer_number' })}
          value={filters.customer_number ?? ''}
          onCommit={(text) => show({ customer_number: text || undefined })}
        />
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset's legend cannot be laid out in a grid. */}
        <div role="group" aria-label={intl.formatMessage({ id: 'filters.period' })}>
          <PeriodFilter
            from={filters.happened_from}
            to={filters.happened_to}
            onChange={({ from, to }) => show({ happened_from: from, happened_to: to })}
          />
        </div>
      </div>
      <DeskList
        list={events}
        isEmpty={items.length === 0}
        empty={<FormattedMessage id="audit.empty" />}
        onReset={Object.keys(filters).length > 0 ? () => show(NOTHING) : undefined}
      >
        <AuditTable entries={items} />
      </DeskList>
    </Page>
  );
}

function eventOf(value: string) {
  return isEvent(value) ? value : undefined;
}
