import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { FormattedMessage, useIntl } from 'react-intl';
import { ProblemNotice } from '../../components/Message';
import { PageSkeleton } from '../../components/PageSkeleton';
import { Section } from '../../components/Section';
import { formatMonth } from '../../lib/dates';
import { MonthChart } from './Charts';
import { Figures } from './Figures';
import { type Scope, statisticsQuery } from './queries';
import { byCurrency, fillMonths, monthRange } from './series';

export function Months({ scope }: { scope: Scope }) {
  const { locale } = useIntl();
  const { data, error, refetch } = useQuery(statisticsQuery('month', scope));
  return (
    <Section title={<FormattedMessage id="statistics.by_month" />}>
      <ProblemNotice error={error} onRetry={() => void refetch()} />
      {!data && !error && <PageSkeleton lines={6} />}
      {byCurrency(data?.items ?? []).map(([currency, items]) => {
        const months = fillMonths(items, currency);
        return (
          <div key={currency}>
            <MonthChart items={months} currency={currency} />
            <Figures
              items={months.toReversed()}
              heading={<FormattedMessage id="statistics.month" />}
              name={({ key }) => (
                <Link
                  to="/documents"
                  search={{
                    ...(scope.customer_id ? { customer_id: [scope.customer_id] } : {}),
                    ...monthRange(key ?? ''),
                  }}
                >
                  {formatMonth(key ?? '', locale)}
                </Link>
              )}
            />
          </div>
        );
      })}
    </Section>
  );
}
