import { IconChevronLeft, IconWebhook } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { FormattedMessage } from 'react-intl';
import { hasStatus } from '../../../api/problem';
import { Instant } from '../../../components/Instant';
import { Message, ProblemNotice } from '../../../components/Message';
import { PageSkeleton } from '../../../components/PageSkeleton';
import { usePageTitle } from '../../../components/usePageTitle';
import page from '../CustomerPage.module.css';
import desk from '../Desk.module.css';
import { EventNames } from './EventNames';
import { type Webhook, webhookQuery } from './queries';
import { WebhookActions } from './WebhookActions';
import { WebhookLog } from './WebhookLog';
import { WebhookStatus } from './WebhookStatus';
import classes from './Webhooks.module.css';
import { WebhookTrouble } from './WebhookTrouble';

const route = getRouteApi('/_app/issuer/webhooks/$webhookId');

/** One webhook: how it stands, what can be done with it, and what became of its messages. */
export function WebhookPage() {
  const { webhookId } = route.useParams();
  const { data: webhook, error, refetch } = useQuery(webhookQuery(webhookId));
  usePageTitle(webhook?.url ?? '');

  if (hasStatus(error, 404)) {
    return (
      <div className={desk.page}>
        <Back />
        <Message
          isPage
          icon={<IconWebhook size={24} stroke={1.6} />}
          title={<FormattedMessage id="webhooks.absent" />}
        />
      </div>
    );
  }
  return (
    <div className={desk.page}>
      <Back />
      <ProblemNotice error={error} onRetry={() => void refetch()} />
      {!webhook && !error && <PageSkeleton lines={8} />}
      {webhook && (
        <>
          <div className={classes.heading}>
            <Heading webhook={webhook} />
            <WebhookActions webhook={webhook} />
          </div>
          <WebhookTrouble webhook={webhook} />
          <WebhookLog webhook={webhook} />
        </>
      )}
    </div>
  );
}

function Heading({ webhook }: { webhook: Webhook }) {
  return (
    <div>
      <h1 className={desk.title}>{webhook.url}</h1>
      {webhook.description && <p className={desk.lead}>{webhook.description}</p>}
      <p className={classes.facts}>
        <WebhookStatus webhook={webhook} />
        <span>
          <EventNames events={webhook.events} />
        </span>
        <span>
          <FormattedMessage
            id="common.created_at"
            values={{ at: <Instant at={webhook.created_at} /> }}
          />
        </span>
      </p>
    </div>
  );
}

function Back() {
  return (
    <Link to="/issuer/webhooks" className={page.back}>
      <IconChevronLeft size={16} stroke={1.8} aria-hidden />
      <FormattedMessage id="webhooks.title" />
    </Link>
  );
}
