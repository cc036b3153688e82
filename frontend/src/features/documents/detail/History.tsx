import { useQuery } from '@tanstack/react-query';
import { FormattedMessage, useIntl } from 'react-intl';
import type { Schema } from '../../../api/schemas';
import { ProblemNotice } from '../../../components/Message';
import { PageSkeleton } from '../../../components/PageSkeleton';
import { Section } from '../../../components/Section';
import { formatInstant } from '../../../lib/dates';
import { historyQuery } from '../queries';
import classes from './History.module.css';

const EVENTS = [
  'published',
  'replaced',
  'withdrawn',
  'notified',
  'consulted',
  'viewed',
  'downloaded',
  'fetched',
  'marked_read',
  'marked_unread',
  'bounced',
  'opened_by_link',
  'links_revoked',
  'delivery_retried',
  'question_asked',
  'printed',
  'paper_requested',
  'paper_priced',
  'paper_paid',
  'paper_completed',
  'paper_cancelled',
  'paper_declined',
] as const;

/** Who did what with this document, the latest first. */
export function History({ documentId }: { documentId: string }) {
  const { data, error, refetch } = useQuery(historyQuery(documentId));
  return (
    <Section title={<FormattedMessage id="history.title" />}>
      <ProblemNotice error={error} onRetry={() => void refetch()} />
      {!data && !error && <PageSkeleton lines={3} />}
      {data && (
        <ol className={classes.history}>
          {data.items.toReversed().map((entry) => (
            <Entry key={`${entry.at} ${entry.event} ${entry.actor}`} entry={entry} />
          ))}
        </ol>
      )}
    </Section>
  );
}

function Entry({ entry }: { entry: Schema['HistoryEntry'] }) {
  const { locale } = useIntl();
  const event = EVENTS.find((known) => known === entry.event);
  const text = (name: string) => {
    const value = entry.detail[name];
    return typeof value === 'string' ? value : '';
  };
  const file = text('file').toUpperCase();
  const to = text('to') || text('mailed_to');
  return (
    <li className={classes.entry}>
      <p>
        {event ? (
          <FormattedMessage id={`history.${event}`} values={{ file, to }} />
        ) : (
          entry.event.replaceAll('_', ' ')
        )}
      </p>
      {text('reason') && <p className={classes.reason}>{text('reason')}</p>}
      <p className={classes.who}>
        {entry.event === 'notified' ? to : entry.actor}
        {(entry.actor || entry.event === 'notified') && ' · '}
        <time dateTime={entry.at}>{formatInstant(entry.at, locale, 'short')}</time>
      </p>
    </li>
  );
}
