import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { FormattedMessage } from 'react-intl';
import { $api } from '../../api/client';
import { forget } from '../../api/session';

/** The way out of a screen that nothing else leaves. */
export function SignOutLink() {
  const client = useQueryClient();
  const navigate = useNavigate();
  const signOut = $api.useMutation('post', '/api/v1/auth/logout', {
    onSuccess: async () => {
      await navigate({ to: '/sign-in' });
      forget(client);
    },
  });
  return (
    <Button variant="subtle" loading={signOut.isPending} onClick={() => signOut.mutate({})}>
      <FormattedMessage id="user_menu.sign_out" />
    </Button>
  );
}
