import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { ProblemNotice } from '../../components/Message';
import { PageSkeleton } from '../../components/PageSkeleton';
import { Section } from '../../components/Section';
import { RowBar } from './Charts';
import { Figures } from './Figures';
import { type Scope, statisticsQuery } from './queries';
import classes from './StatisticsPage.module.css';
import { byCurrency } from './series';

const WAYS = ['contract', 'reference'] as const;

export function Breakdown({ scope }: { scope: Scope }) {
  const intl = useIntl();
  const [by, setBy] = useState<(typeof WAYS)[number]>('contract');
  const { data, error, refetch } = useQuery(statisticsQuery(by, scope));
  const { customer_id, ...period } = scope;
  return (
    <Section title={<FormattedMessage id={`statistics.by_${by}`} />}>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset's legend cannot be laid out in a row. */}
      <div
        role="group"
        className={classes.ways}
        aria-label={intl.formatMessage({ id: 'statistics.by' })}
      >
        {WAYS.map((way) => (
          <button key={way} type="button" aria-pressed={way === by} onClick={() => setBy(way)}>
            <FormattedMessage id={`statistics.${way}`} />
          </button>
        ))}
      </div>
      <ProblemNotice error={error} onRetry={() => void refetch()} />
      {!data && !error && <PageSkeleton lines={6} />}
      {byCurrency(data?.items ?? []).map(([currency, items]) => (
        <Figures
          key={currency}
          items={items}
          heading={<FormattedMessage id={`statistics.${by}`} />}
          name={(item) => (
            <>
              {item.key ? (
                <Link
                  to="/documents"
                  search={{
                    q: item.key,
                    ...(customer_id ? { customer_id: [customer_id] } : {}),
                    ...period,
                  }}
                >
                  {item.key}
                </Link>
              ) : (
                <FormattedMessage id={`statistics.no_${by}`} />
              )}
              <RowBar item={item} items={items} />
            </>
          )}
        />
      ))}
    </Section>
  );
}
