import { CloseButton } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { FormattedMessage, useIntl } from 'react-intl';
import { $api } from '../api/client';
import { problemSentence } from '../api/problem';
import type { Schema } from '../api/schemas';
import { type Me, meQuery } from '../api/session';
import { useToast } from '../components/Toasts';
import classes from './Notices.module.css';

type Notice = Schema['Notice'];

const SENTENCES = {
  mail_failed: 'notice.mail_failed',
  new_customer_numbers: 'notice.new_customer_numbers',
} as const;

/** What the reader should know first; each can be put away, and comes back only with news. */
export function Notices() {
  const intl = useIntl();
  const toast = useToast();
  const client = useQueryClient();
  const { data: me } = useQuery({ ...meQuery, enabled: false });
  const dismiss = $api.useMutation('delete', '/api/v1/me/notices/{code}', {
    onSuccess: (_, { params }) =>
      client.setQueryData<Me>(
        meQuery.queryKey,
        (known) =>
          known && {
            ...known,
            notices: known.notices.filter(({ code }) => code !== params.path.code),
          },
      ),
    onError: (error: unknown) => toast({ text: problemSentence(intl, error) }),
  });
  const known = me?.notices.filter(({ code }) => code in SENTENCES) ?? [];
  if (known.length === 0) return null;
  return (
    <section className={classes.notices} aria-label={intl.formatMessage({ id: 'notice.label' })}>
      {known.map((notice) => (
        <div key={notice.code} className={classes.notice}>
          <IconInfoCircle size={18} stroke={1.7} aria-hidden />
          <p>
            <Sentence notice={notice} />
          </p>
          <CloseButton
            size="sm"
            aria-label={intl.formatMessage({ id: 'notice.dismiss' })}
            onClick={() => dismiss.mutate({ params: { path: { code: notice.code } } })}
          />
        </div>
      ))}
    </section>
  );
}

function Sentence({ notice: { code, parameters } }: { notice: Notice }) {
  return (
    <FormattedMessage
      id={SENTENCES[code as keyof typeof SENTENCES]}
      values={{
        ...parameters,
        count: Number(parameters.count ?? 0),
        change: (text) => <Link to="/profile/recovery">{text}</Link>,
        share: (text) => <Link to="/shared-users">{text}</Link>,
      }}
    />
  );
}
