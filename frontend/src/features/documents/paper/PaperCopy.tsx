import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { FormattedMessage } from 'react-intl';
import { customersQuery } from '../../../api/customers';
import { isOpen } from '../../../api/paper-requests';
import { meQuery } from '../../../api/session';
import type { DocumentDetail } from '../queries';
import { PaperState } from './PaperState';
import { paperRequestQuery } from './queries';

const PaperDialog = lazy(async () => ({ default: (await import('./PaperDialog')).PaperDialog }));

/** A copy on paper, for the main contact of the document's customer number alone. */
export function PaperCopy({ document }: { document: DocumentDetail }) {
  const { data: me } = useQuery({ ...meQuery, enabled: false });
  const { data: customers } = useQuery({
    ...customersQuery,
    enabled: me?.is_main_contact === true,
  });
  const customer = customers?.find(({ id }) => id === document.customer.id);
  return customer?.is_main_contact ? <OwnPaperCopy document={document} /> : null;
}

function OwnPaperCopy({ document }: { document: DocumentDetail }) {
  const [opened, setOpened] = useState(false);
  const [wanted, setWanted] = useState(false);
  const { data } = useQuery(paperRequestQuery(document.id));
  const request = data?.items[0];
  const canAsk = document.state === 'published' && document.files.includes('pdf');
  if (!data) return null;
  return (
    <>
      {canAsk && !(request && isOpen(request)) && (
        <Button
          variant="default"
          onClick={() => {
            setWanted(true);
            setOpened(true);
          }}
        >
          <FormattedMessage id="paper.button" />
        </Button>
      )}
      {request && request.state !== 'cancelled' && <PaperState request={request} />}
      {wanted && (
        <Suspense>
          <PaperDialog document={document} opened={opened} onClose={() => setOpened(false)} />
        </Suspense>
      )}
    </>
  );
}
