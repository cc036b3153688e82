import { IconMailbox } from '@tabler/icons-react';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { FormattedMessage, useIntl } from 'react-intl';
import { PAPER_REQUEST_STATES } from '../../../api/paper-requests';
import { EntryField } from '../../../components/EntryField';
import { Message } from '../../../components/Message';
import { Frame, Page } from '../../../components/Page';
import classes from '../Desk.module.css';
import { DeskList, Pills } from '../DeskList';
import { filled, type PaperRequestFilters, toggled } from '../filters';
import { PaperRequestTable } from './PaperRequestTable';
import { usePaperRequests } from './queries';

const route = getRouteApi('/_app/issuer/paper-requests');

/** Who wants which document on paper: priced, paid, posted. */
export function PaperRequestsPage() {
  const intl = useIntl();
  const navigate = useNavigate();
  const filters = route.useSearch();
  const requests = usePaperRequests(filters);
  const items = requests.data?.pages.flatMap((page) => page.items) ?? [];
  const total = requests.data?.pages[0]?.total;
  const isNarrowed = Object.keys(filters).length > 0;
  const show = (
    change: {
      [K in keyof PaperRequestFilters]: PaperRequestFilters[K] | undefined;
    },
  ) =>
    void navigate({
      to: '/issuer/paper-requests',
      search: filled({ ...filters, ...change }),
      replace: true,
      resetScroll: false,
    });

  return (
    <Page
      name="paper_requests"
      width={82}
      action={
        <p role="status" className={classes.total}>
          {typeof total === 'number' && (
            <FormattedMessage id="paper_requests.total" values={{ count: total }} />
          )}
        </p>
      }
    >
      <div className={classes.filters}>
        <EntryField
          label={intl.formatMessage({ id: 'desk.customer_number' })}
          value={filters.customer_number ?? ''}
          onCommit={(text) => show({ customer_number: text || undefined })}
        />
      </div>
      <Pills
        label={intl.formatMessage({ id: 'desk.state' })}
        all={PAPER_REQUEST_STATES}
        chosen={filters.state}
        name={(state) => <FormattedMessage id={`paper.state_${state}`} />}
        onToggle={(state) => show({ state: toggled(PAPER_REQUEST_STATES, filters.state, state) })}
      />
      {requests.data && items.length === 0 && !isNarrowed ? (
        <Frame>
          <Message
            icon={<IconMailbox size={24} stroke={1.6} />}
            title={<FormattedMessage id="paper_requests.none" />}
          >
            <p>
              <FormattedMessage id="paper_requests.none_text" />
            </p>
          </Message>
        </Frame>
      ) : (
        <DeskList
          list={requests}
          isEmpty={items.length === 0}
          empty={<FormattedMessage id="paper_requests.empty" />}
          onReset={
            isNarrowed ? () => show({ state: undefined, customer_number: undefined }) : undefined
          }
        >
          <PaperRequestTable requests={items} />
        </DeskList>
      )}
    </Page>
  );
}
