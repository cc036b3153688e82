import { Button } from '@mantine/core';
import { IconTag } from '@tabler/icons-react';
import { lazy, useState } from 'react';
import { FormattedMessage } from 'react-intl';
import { OnceOpened } from '../../../components/OnceOpened';
import { TagChips } from '../../../components/TagChip';
import type { DocumentDetail } from '../queries';
import { exactly } from '../total';
import classes from './DetailHeader.module.css';

const TagDialog = lazy(async () => ({ default: (await import('../bulk/TagDialog')).TagDialog }));

/** The document's tags, and the way to change them. */
export function DetailTags({ document }: { document: DocumentDetail }) {
  const [opened, setOpened] = useState(false);
  return (
    <div className={classes.tags}>
      {document.tags.length > 0 && <TagChips tags={document.tags} />}
      <Button
        variant="subtle"
        size="compact-sm"
        className={classes.tagButton}
        leftSection={<IconTag size={15} stroke={1.8} aria-hidden />}
        onClick={() => setOpened(true)}
      >
        <FormattedMessage id={document.tags.length > 0 ? 'detail.change_tags' : 'detail.add_tag'} />
      </Button>
      <OnceOpened opened={opened}>
        <TagDialog
          opened={opened}
          onClose={() => setOpened(false)}
          chosen={{ document_ids: [document.id] }}
          total={exactly(1)}
          documents={[document]}
        />
      </OnceOpened>
    </div>
  );
}
