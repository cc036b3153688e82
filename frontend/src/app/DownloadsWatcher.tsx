import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useIntl } from 'react-intl';
import { downloadsQuery, isOnItsWay } from '../api/downloads';
import { useToast } from '../components/Toasts';

/** Says when a ZIP is ready or has failed, on whatever screen its reader is meanwhile. */
export function DownloadsWatcher() {
  const intl = useIntl();
  const toast = useToast();
  const navigate = useNavigate();
  const { data } = useQuery(downloadsQuery);
  const awaited = useRef(new Set<string>());

  useEffect(() => {
    for (const download of data?.items ?? []) {
      if (isOnItsWay(download)) {
        awaited.current.add(download.id);
        continue;
      }
      if (!awaited.current.delete(download.id)) continue;
      const { state } = download;
      if (state !== 'finished' && state !== 'failed') continue;
      toast({
        text: intl.formatMessage({ id: `downloads.toast_${state}` }),
        action: {
          label: intl.formatMessage({ id: 'downloads.show' }),
          run: () => void navigate({ to: '/downloads' }),
        },
      });
    }
  }, [data, intl, toast, navigate]);
  return null;
}
