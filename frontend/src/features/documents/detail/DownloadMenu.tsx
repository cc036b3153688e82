import { Button, Menu } from '@mantine/core';
import {
  IconChevronDown,
  IconCode,
  IconDownload,
  IconFileSpreadsheet,
  IconFileTypePdf,
} from '@tabler/icons-react';
import { FormattedMessage, useIntl } from 'react-intl';
import { fileUrl } from '../../../api/client';
import type { DocumentDetail } from '../queries';

const ICONS = { pdf: IconFileTypePdf, ubl: IconCode, csv: IconFileSpreadsheet };

export function DownloadMenu({ document }: { document: DocumentDetail }) {
  const intl = useIntl();
  return (
    <Menu position="bottom-end" width={232}>
      <Menu.Target>
        <Button
          leftSection={<IconDownload size={16} stroke={1.8} aria-hidden />}
          rightSection={<IconChevronDown size={15} aria-hidden />}
        >
          <FormattedMessage id="download.button" />
        </Button>
      </Menu.Target>
      <Menu.Dropdown aria-label={intl.formatMessage({ id: 'download.button' })}>
        {document.files.map((file) => {
          const Icon = ICONS[file];
          return (
            <Menu.Item
              key={file}
              component="a"
              href={fileUrl(document.id, file)}
              download
              leftSection={<Icon size={16} stroke={1.7} aria-hidden />}
            >
              <FormattedMessage id={`download.${file}`} />
            </Menu.Item>
          );
        })}
      </Menu.Dropdown>
    </Menu>
  );
}
