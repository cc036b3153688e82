import { useQueryClient } from '@tanstack/react-query';
import { $api } from '../../api/client';
import { meQuery } from '../../api/session';

export function useSaveProfile(onSaved: () => void) {
  const client = useQueryClient();
  return $api.useMutation('patch', '/api/v1/me', {
    onSuccess: (user) => {
      client.setQueryData(meQuery.queryKey, user);
      onSaved();
    },
  });
}
