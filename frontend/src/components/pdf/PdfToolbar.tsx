import { ActionIcon } from '@mantine/core';
import {
  IconArrowAutofitWidth,
  IconChevronDown,
  IconChevronUp,
  IconExternalLink,
  IconMinus,
  IconPlus,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { FormattedMessage, FormattedNumber, useIntl } from 'react-intl';
import classes from './PdfViewer.module.css';

type Props = {
  page: number;
  pages: number | null;
  scale: number;
  fitsWidth: boolean;
  url: string;
  onPage: (page: number) => void;
  onZoom: (direction: 1 | -1) => void;
  onFit: () => void;
};

// A PDF's unit is 1/72 inch, a screen's 1/96.
const FULL_SIZE = 96 / 72;
const icon = { size: 17, stroke: 1.8, 'aria-hidden': true } as const;

export function PdfToolbar({ page, pages, scale, fitsWidth, url, onPage, onZoom, onFit }: Props) {
  const intl = useIntl();
  const tool = (id: ToolId, children: ReactNode, onClick: () => void, disabled = false) => (
    <ActionIcon
      variant="subtle"
      color="gray"
      size={32}
      aria-label={intl.formatMessage({ id })}
      title={intl.formatMessage({ id })}
      disabled={disabled || pages === null}
      onClick={onClick}
    >
      {children}
    </ActionIcon>
  );
  return (
    <div
      role="toolbar"
      aria-label={intl.formatMessage({ id: 'pdf.toolbar' })}
      className={classes.toolbar}
    >
      {tool('pdf.previous', <IconChevronUp {...icon} />, () => onPage(page - 1), page <= 1)}
      {tool(
        'pdf.next',
        <IconChevronDown {...icon} />,
        () => onPage(page + 1),
        page >= (pages ?? 1),
      )}
      <span className={classes.count}>
        {pages !== null && <FormattedMessage id="pdf.count" values={{ page, pages }} />}
      </span>
      <span className={classes.space} />
      {tool('pdf.zoom_out', <IconMinus {...icon} />, () => onZoom(-1))}
      <span className={classes.zoom}>
        <FormattedNumber value={scale / FULL_SIZE} style="percent" />
      </span>
      {tool('pdf.zoom_in', <IconPlus {...icon} />, () => onZoom(1))}
      {tool('pdf.fit', <IconArrowAutofitWidth {...icon} />, onFit, fitsWidth)}
      <ActionIcon
        component="a"
        href={url}
        target="_blank"
        rel="noreferrer"
        variant="subtle"
        color="gray"
        size={32}
        aria-label={intl.formatMessage({ id: 'pdf.open' })}
        title={intl.formatMessage({ id: 'pdf.open' })}
      >
        <IconExternalLink {...icon} />
      </ActionIcon>
    </div>
  );
}

type ToolId = `pdf.${'previous' | 'next' | 'zoom_out' | 'zoom_in' | 'fit'}`;
