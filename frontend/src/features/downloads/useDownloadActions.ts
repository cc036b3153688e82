import { useQueryClient } from '@tanstack/react-query';
import { useIntl } from 'react-intl';
import { $api } from '../../api/client';
import { type Download, downloadsQuery } from '../../api/downloads';
import { problemSentence } from '../../api/problem';
import { useToast } from '../../components/Toasts';
import type { MessageId } from '../../i18n/intl';

export function useDownloadActions({ id }: Download) {
  const intl = useIntl();
  const toast = useToast();
  const client = useQueryClient();
  const params = { path: { download_id: id } };
  const options = {
    onError: (error: unknown) => toast({ text: problemSentence(intl, error) }),
    onSettled: () => client.invalidateQueries({ queryKey: downloadsQuery.queryKey }),
  };
  const removal = $api.useMutation('delete', '/api/v1/downloads/{download_id}', options);
  const retrial = $api.useMutation('post', '/api/v1/downloads/{download_id}/retry', options);
  const drop = (message: MessageId) =>
    removal.mutate(
      { params },
      { onSuccess: () => toast({ text: intl.formatMessage({ id: message }) }) },
    );
  return {
    cancel: () => drop('downloads.cancelled'),
    remove: () => drop('downloads.removed'),
    retry: () => retrial.mutate({ params }),
    isPending: removal.isPending || retrial.isPending,
  };
}
