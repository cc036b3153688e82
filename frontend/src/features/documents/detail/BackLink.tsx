import { IconArrowLeft } from '@tabler/icons-react';
import { Link, useLocation } from '@tanstack/react-router';
import { FormattedMessage } from 'react-intl';
import classes from './DetailHeader.module.css';

/** Back to the very list the document was opened from: its filters, order and page. */
export function BackLink() {
  const { list, trail } = useLocation({ select: ({ state }) => state });
  return (
    <Link
      to="/documents"
      search={list ?? {}}
      state={trail ? { trail } : {}}
      className={classes.back}
    >
      <IconArrowLeft size={16} stroke={1.8} aria-hidden />
      <FormattedMessage id="documents.title" />
    </Link>
  );
}
