import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { FormattedMessage } from 'react-intl';
import { $api } from '../../api/client';
import { forget, type Me, meQuery } from '../../api/session';
import forms from '../../components/forms.module.css';
import { ProblemNotice } from '../../components/Message';

type Props = {
  token: string;
  email: string;
  me: Me | null;
  request: { mutate: () => void; isPending: boolean; error: unknown };
};

/** An invitation for someone who already has an account: it is accepted as that account. */
export function ExistingAccount({ token, email, me, request }: Props) {
  const client = useQueryClient();
  const signOut = $api.useMutation('post', '/api/v1/auth/logout', {
    onSuccess: () => {
      forget(client);
      client.setQueryData(meQuery.queryKey, undefined);
    },
  });
  const isOwn = me?.email.toLowerCase() === email.toLowerCase();

  if (me && isOwn) {
    return (
      <div className={forms.form}>
        <ProblemNotice error={request.error} />
        <Button size="md" loading={request.isPending} onClick={request.mutate}>
          <FormattedMessage id="invitation.exists_accept" />
        </Button>
      </div>
    );
  }
  if (me) {
    return (
      <div className={forms.form}>
        <ProblemNotice error={signOut.error} />
        <p>
          <FormattedMessage id="invitation.other_account" values={{ email: me.email }} />
        </p>
        <Button size="md" loading={signOut.isPending} onClick={() => signOut.mutate({})}>
          <FormattedMessage id="user_menu.sign_out" />
        </Button>
      </div>
    );
  }
  return (
    <div className={forms.form}>
      <Button
        size="md"
        renderRoot={(props) => (
          <Link to="/sign-in" search={{ next: `/invitations/${token}` }} {...props} />
        )}
      >
        <FormattedMessage id="sign_in.submit" />
      </Button>
    </div>
  );
}
