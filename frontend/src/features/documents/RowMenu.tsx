import { Menu } from '@mantine/core';
import {
  IconCode,
  IconFileSpreadsheet,
  IconFileText,
  IconFileTypePdf,
  IconMail,
  IconMailOpened,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { FormattedMessage, useIntl } from 'react-intl';
import { fileUrl } from '../../api/client';
import { problemSentence } from '../../api/problem';
import { MenuAnchor } from '../../components/MenuAnchor';
import { useToast } from '../../components/Toasts';
import type { Filters } from './filters';
import { type Document, useMarkRead } from './queries';

export type OpenMenu = { document: Document; button: HTMLButtonElement };

type Props = {
  menu: OpenMenu;
  list: Filters;
  trail: (string | null)[];
  opened: boolean;
  onClose: () => void;
};

const ICONS = { pdf: IconFileTypePdf, ubl: IconCode, csv: IconFileSpreadsheet };
const icon = { size: 16, stroke: 1.7, 'aria-hidden': true } as const;

/** One menu for all rows: fifty of them cost seconds on a phone. */
export function RowMenu({ menu, list, trail, opened, onClose }: Props) {
  const intl = useIntl();
  const toast = useToast();
  const markRead = useMarkRead();
  const { document, button } = menu;

  const close = () => {
    onClose();
    button.focus({ preventScroll: true });
  };
  const toggleRead = () =>
    markRead.mutate(
      { body: { document_ids: [document.id], read: document.unread } },
      { onError: (error: unknown) => toast({ text: problemSentence(intl, error) }) },
    );

  return (
    <Menu opened={opened} onClose={close} position="bottom-end" width={232} returnFocus={false}>
      <Menu.Target>
        <MenuAnchor button={button} />
      </Menu.Target>
      <Menu.Dropdown
        aria-label={intl.formatMessage({ id: 'row_menu.label' }, { number: document.number })}
        aria-labelledby={undefined}
      >
        <Menu.Item
          leftSection={<IconFileText {...icon} />}
          renderRoot={(props) => (
            <Link
              to="/documents/$documentId"
              params={{ documentId: document.id }}
              state={{ list, trail }}
              {...props}
            />
          )}
        >
          <FormattedMessage id="row_menu.details" />
        </Menu.Item>
        {document.files.length > 0 && <Menu.Divider />}
        {document.files.map((file) => {
          const Icon = ICONS[file];
          return (
            <Menu.Item
              key={file}
              component="a"
              href={fileUrl(document.id, file)}
              download
              leftSection={<Icon {...icon} />}
            >
              <FormattedMessage id={`download.${file}`} />
            </Menu.Item>
          );
        })}
        <Menu.Divider />
        <Menu.Item
          leftSection={document.unread ? <IconMailOpened {...icon} /> : <IconMail {...icon} />}
          onClick={toggleRead}
        >
          <FormattedMessage id={document.unread ? 'row_menu.mark_read' : 'row_menu.mark_unread'} />
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
