import { Button } from '@mantine/core';
import { IconPrinter, IconStack2 } from '@tabler/icons-react';
import { useState } from 'react';
import { FormattedMessage } from 'react-intl';
import { Message } from '../../../components/Message';
import { Frame, Page } from '../../../components/Page';
import { DeskList } from '../DeskList';
import { DeskTable } from '../DeskTable';
import { CollectDialog } from './CollectDialog';
import { PrintBatchRow } from './PrintBatchRow';
import { usePrintBatches } from './queries';

const COLUMNS = [
  { name: 'print_batches.collected' },
  { name: 'documents.title' },
  { name: 'desk.state' },
  { name: 'column.actions', isHidden: true },
] as const;

/** What goes to customers by post: collected, fetched, printed. */
export function PrintBatchesPage() {
  const [collecting, setCollecting] = useState(false);
  const batches = usePrintBatches();
  const items = batches.data?.pages.flatMap((page) => page.items) ?? [];
  const isEmpty = items.length === 0;
  const collect = (
    <Button
      leftSection={<IconStack2 size={16} stroke={1.8} aria-hidden />}
      onClick={() => setCollecting(true)}
    >
      <FormattedMessage id="print_batches.collect" />
    </Button>
  );
  return (
    <Page name="print_batches" width={72} action={!isEmpty && collect}>
      {batches.data && isEmpty ? (
        <Frame>
          <Message
            icon={<IconPrinter size={24} stroke={1.6} />}
            title={<FormattedMessage id="print_batches.empty" />}
            actions={collect}
          >
            <p>
              <FormattedMessage id="print_batches.empty_text" />
            </p>
          </Message>
        </Frame>
      ) : (
        <DeskList list={batches} isEmpty={isEmpty} empty={null} onReset={undefined}>
          <DeskTable label="print_batches.title" columns={COLUMNS}>
            {items.map((batch) => (
              <PrintBatchRow key={batch.id} batch={batch} />
            ))}
          </DeskTable>
        </DeskList>
      )}
      <CollectDialog opened={collecting} onClose={() => setCollecting(false)} />
    </Page>
  );
}
