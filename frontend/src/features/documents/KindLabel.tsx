import { IconFile, IconFileInvoice, IconReceiptRefund } from '@tabler/icons-react';
import { FormattedMessage } from 'react-intl';
import type { Kind } from './filters';
import classes from './KindLabel.module.css';

const ICONS = { invoice: IconFileInvoice, credit_note: IconReceiptRefund, other: IconFile };

export function KindLabel({ kind }: { kind: Kind }) {
  const Icon = ICONS[kind];
  return (
    <span className={classes.kind} data-kind={kind}>
      <Icon size={16} stroke={1.7} aria-hidden />
      <FormattedMessage id={`kind.${kind}`} />
    </span>
  );
}
