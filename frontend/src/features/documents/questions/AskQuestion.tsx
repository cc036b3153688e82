import { Button } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import { FormattedMessage } from 'react-intl';
import type { DocumentDetail } from '../queries';

const QuestionDialog = lazy(async () => ({
  default: (await import('./QuestionDialog')).QuestionDialog,
}));

/** The way to the administration, with this document in hand. */
export function AskQuestion({ document }: { document: DocumentDetail }) {
  const [opened, setOpened] = useState(false);
  const [wanted, setWanted] = useState(false);
  return (
    <>
      <Button
        variant="default"
        onClick={() => {
          setWanted(true);
          setOpened(true);
        }}
      >
        <FormattedMessage id="question.ask" />
      </Button>
      {wanted && (
        <Suspense>
          <QuestionDialog
            key={document.id}
            document={document}
            opened={opened}
            onClose={() => setOpened(false)}
          />
        </Suspense>
      )}
    </>
  );
}
