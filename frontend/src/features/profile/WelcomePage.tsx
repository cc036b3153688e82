import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate, useRouter } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { meQuery } from '../../api/session';
import { CenteredPage } from '../../components/CenteredPage';
import forms from '../../components/forms.module.css';
import { ProblemNotice } from '../../components/Message';
import { usePageTitle } from '../../components/usePageTitle';
import { NameFields } from './NameFields';
import { useSaveProfile } from './queries';

const route = getRouteApi('/welcome');

/** First sign-in: who the administration may write to. It can wait, so "Later" is as near as "Save". */
export function WelcomePage() {
  const intl = useIntl();
  const router = useRouter();
  const navigate = useNavigate();
  const { next } = route.useSearch();
  const { data: me } = useQuery({ ...meQuery, enabled: false });
  const [names, setNames] = useState({
    first_name: me?.first_name ?? '',
    last_name: me?.last_name ?? '',
  });
  const leave = () => {
    if (me?.mfa_offer) void navigate({ to: '/two-factor', search: { next }, replace: true });
    else router.history.replace(next ?? '/documents');
  };
  const save = useSaveProfile(leave);
  usePageTitle(intl.formatMessage({ id: 'welcome.title' }));

  return (
    <CenteredPage
      title={<FormattedMessage id="welcome.title" />}
      lead={<FormattedMessage id="welcome.lead" />}
    >
      <form
        className={forms.form}
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          save.mutate({ body: names });
        }}
      >
        <ProblemNotice error={save.isPending ? null : save.error} />
        <NameFields names={names} onChange={setNames} error={save.error} />
        <Button type="submit" size="md" fullWidth loading={save.isPending}>
          <FormattedMessage id="welcome.submit" />
        </Button>
        <Button variant="subtle" color="gray" onClick={leave}>
          <FormattedMessage id="welcome.later" />
        </Button>
      </form>
    </CenteredPage>
  );
}
