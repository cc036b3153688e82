import { useState } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import type { Me } from '../../api/session';
import { ProblemNotice } from '../../components/Message';
import { Select } from '../../components/Select';
import { useToast } from '../../components/Toasts';
import { Card } from './Card';
import { useSaveProfile } from './queries';

const FREQUENCIES = ['each', 'daily', 'weekly', 'none'] as const;

/** How often this person is told of new documents by mail; saved as soon as it is chosen. */
export function NotificationsCard({ me }: { me: Me }) {
  const intl = useIntl();
  const toast = useToast();
  const [chosen, setChosen] = useState<string>(me.notification_frequency);
  const save = useSaveProfile(() =>
    toast({ text: intl.formatMessage({ id: 'notifications.saved' }) }),
  );
  return (
    <Card title={<FormattedMessage id="notifications.title" />}>
      <ProblemNotice error={save.isPending ? null : save.error} />
      <Select
        label={intl.formatMessage({ id: 'notifications.frequency' })}
        description={intl.formatMessage({ id: 'notifications.hint' })}
        size="md"
        mt="md"
        value={chosen}
        onChange={(event) => {
          const wanted = FREQUENCIES.find((item) => item === event.currentTarget.value);
          if (!wanted) return;
          setChosen(wanted);
          save.mutate(
            { body: { notification_frequency: wanted } },
            { onError: () => setChosen(me.notification_frequency) },
          );
        }}
        data={FREQUENCIES.map((value) => ({
          value,
          label: intl.formatMessage({ id: `notifications.${value}` }),
        }))}
      />
    </Card>
  );
}
