import { Button } from '@mantine/core';
import { IconPlus, IconWebhook } from '@tabler/icons-react';
import { lazy, useState } from 'react';
import { FormattedMessage } from 'react-intl';
import { Message } from '../../../components/Message';
import { OnceOpened } from '../../../components/OnceOpened';
import { Frame, Page } from '../../../components/Page';
import { DeskList } from '../DeskList';
import { NewSecret } from './NewSecret';
import { type CreatedWebhook, useWebhooks } from './queries';
import { WebhookTable } from './WebhookTable';

const WebhookEditor = lazy(async () => ({
  default: (await import('./WebhookEditor')).WebhookEditor,
}));

/** The programs that the portal calls when something happens (G5, H4). */
export function WebhooksPage() {
  const [isMaking, setMaking] = useState(false);
  const [made, setMade] = useState<CreatedWebhook | null>(null);
  const webhooks = useWebhooks();
  const items = webhooks.data?.pages.flatMap((page) => page.items) ?? [];
  const isEmpty = items.length === 0;
  const create = (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setMaking(true)}>
      <FormattedMessage id="webhooks.new" />
    </Button>
  );

  return (
    <Page name="webhooks" width={72} action={!isEmpty && create}>
      {made && <NewSecret webhook={made} onClose={() => setMade(null)} />}
      {webhooks.data && isEmpty ? (
        <Frame>
          <Message
            icon={<IconWebhook size={24} stroke={1.6} />}
            title={<FormattedMessage id="webhooks.empty_title" />}
            actions={create}
          >
            <p>
              <FormattedMessage id="webhooks.empty_text" />
            </p>
          </Message>
        </Frame>
      ) : (
        <DeskList list={webhooks} isEmpty={isEmpty} empty={null} onReset={undefined}>
          <WebhookTable webhooks={items} />
        </DeskList>
      )}
      <OnceOpened opened={isMaking}>
        <WebhookEditor
          opened={isMaking}
          webhook={null}
          onMade={setMade}
          onClose={() => setMaking(false)}
        />
      </OnceOpened>
    </Page>
  );
}
