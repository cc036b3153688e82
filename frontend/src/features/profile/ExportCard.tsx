import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { FormattedMessage } from 'react-intl';
import { api } from '../../api/client';
import { ProblemNotice } from '../../components/Message';
import { saveFile } from '../../lib/save-file';
import { Card } from './Card';

/** The GDPR's right of access: everything kept about the reader, as one file. */
export function ExportCard() {
  const fetchData = useMutation({
    mutationFn: () => api.GET('/api/v1/me/export', { parseAs: 'blob' }),
    onSuccess: ({ data }) => data && saveFile(data as unknown as Blob, 'personal-data.json'),
  });
  return (
    <Card
      title={<FormattedMessage id="export.title" />}
      text={<FormattedMessage id="export.text" />}
      action={
        <Button
          variant="default"
          leftSection={<IconDownload size={16} stroke={1.7} aria-hidden />}
          loading={fetchData.isPending}
          onClick={() => fetchData.mutate()}
        >
          <FormattedMessage id="export.action" />
        </Button>
      }
    >
      <ProblemNotice error={fetchData.isPending ? null : fetchData.error} />
    </Card>
  );
}
