import { IconChartBar } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { FormattedMessage, useIntl } from 'react-intl';
import { customersQuery } from '../../api/customers';
import { Message } from '../../components/Message';
import { Frame, Page } from '../../components/Page';
import { PeriodFilter } from '../../components/PeriodFilter';
import { Select } from '../../components/Select';
import { Breakdown } from './Breakdown';
import { Months } from './Months';
import { type Scope, statisticsQuery } from './queries';
import classes from './StatisticsPage.module.css';

const route = getRouteApi('/_app/statistics');

/** What was invoiced, month by month and by contract or reference. */
export function StatisticsPage() {
  const intl = useIntl();
  const navigate = useNavigate();
  const scope = route.useSearch();
  const { data: customers = [] } = useQuery(customersQuery);
  const { data: months } = useQuery(statisticsQuery('month', scope));
  const patch = (change: Partial<Record<keyof Scope, string | undefined>>) =>
    void navigate({
      to: '/statistics',
      search: (old) => ({ ...old, ...change }) as Scope,
      replace: true,
      resetScroll: false,
    });

  return (
    <Page name="statistics">
      <div className={classes.filters}>
        {customers.length > 1 && (
          <Select
            label={intl.formatMessage({ id: 'filters.customer' })}
            value={scope.customer_id ?? ''}
            onChange={(event) => patch({ customer_id: event.currentTarget.value || undefined })}
            data={[
              { value: '', label: intl.formatMessage({ id: 'filters.all_customers' }) },
              ...customers.map(({ id, number, name }) => ({
                value: id,
                label: `${number} · ${name}`,
              })),
            ]}
          />
        )}
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset's legend cannot be laid out in a grid. */}
        <div role="group" aria-label={intl.formatMessage({ id: 'filters.period' })}>
          <PeriodFilter
            from={scope.issued_from}
            to={scope.issued_to}
            onChange={({ from, to }) => patch({ issued_from: from, issued_to: to })}
          />
        </div>
      </div>
      {months?.items.length === 0 ? (
        <Frame>
          <Message
            icon={<IconChartBar size={24} stroke={1.6} />}
            title={<FormattedMessage id="statistics.empty_title" />}
          >
            <p>
              <FormattedMessage id="statistics.empty_text" />
            </p>
          </Message>
        </Frame>
      ) : (
        <>
          <Months scope={scope} />
          <Breakdown scope={scope} />
        </>
      )}
    </Page>
  );
}
