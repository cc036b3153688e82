import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { type Me, meQuery, portalQuery } from '../../api/session';
import forms from '../../components/forms.module.css';
import { ProblemNotice } from '../../components/Message';
import { Select } from '../../components/Select';
import { useToast } from '../../components/Toasts';
import { useLanguage } from '../../i18n/intl';
import { isLanguage, LANGUAGE_NAMES, LANGUAGES } from '../../i18n/locales';
import { EraseCard } from './EraseCard';
import { ExportCard } from './ExportCard';
import { NameFields } from './NameFields';
import { NotificationsCard } from './NotificationsCard';
import { ProfileFrame } from './ProfileFrame';
import classes from './ProfilePage.module.css';
import { useSaveProfile } from './queries';

export function ProfilePage() {
  const { data: me } = useQuery(meQuery);
  return (
    <ProfileFrame page="profile.title">
      {me && <ProfileForm me={me} />}
      {me?.role === 'customer' && <NotificationsCard me={me} />}
      <ExportCard />
      {me?.role === 'customer' && <EraseCard me={me} />}
    </ProfileFrame>
  );
}

function ProfileForm({ me }: { me: Me }) {
  const intl = useIntl();
  const toast = useToast();
  const { data: portal } = useQuery(portalQuery);
  const { changeLanguage } = useLanguage();
  const [names, setNames] = useState({
    first_name: me.first_name ?? '',
    last_name: me.last_name ?? '',
  });
  const [language, setLanguage] = useState<string>(me.language);
  const save = useSaveProfile(() => toast({ text: intl.formatMessage({ id: 'profile.saved' }) }));

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!isLanguage(language)) return;
    if (language !== me.language) await changeLanguage(language);
    save.mutate({ body: { ...names, language } });
  };

  return (
    <form className={classes.card} onSubmit={(event) => void submit(event)}>
      <ProblemNotice error={save.isPending ? null : save.error} />
      <dl className={classes.email}>
        <dt>
          <FormattedMessage id="profile.email" />
        </dt>
        <dd>{me.email}</dd>
      </dl>
      <NameFields names={names} onChange={setNames} error={save.error} />
      <Select
        label={intl.formatMessage({ id: 'common.language' })}
        description={intl.formatMessage({ id: 'profile.language_hint' })}
        size="md"
        value={language}
        onChange={(event) => setLanguage(event.currentTarget.value)}
        data={LANGUAGES.filter((item) => portal?.languages.includes(item) ?? true).map((item) => ({
          value: item,
          label: LANGUAGE_NAMES[item],
        }))}
      />
      <div className={forms.actions}>
        <Button type="submit" loading={save.isPending}>
          <FormattedMessage id="common.save" />
        </Button>
      </div>
    </form>
  );
}
