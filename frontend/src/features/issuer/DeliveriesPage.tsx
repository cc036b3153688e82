import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { FormattedMessage, useIntl } from 'react-intl';
import { DELIVERY_STATES } from '../../api/deliveries';
import { EntryField } from '../../components/EntryField';
import { Page } from '../../components/Page';
import { DeliveryTable } from './DeliveryTable';
import classes from './Desk.module.css';
import { DeskList, Pills } from './DeskList';
import { type DeliveryFilters, filled, toggled } from './filters';
import { useDeliveries } from './queries';

const route = getRouteApi('/_app/issuer/deliveries');

/** Who was told of which document, and what became of the mail. */
export function DeliveriesPage() {
  const intl = useIntl();
  const navigate = useNavigate();
  const filters = route.useSearch();
  const deliveries = useDeliveries(filters);
  const items = deliveries.data?.pages.flatMap((page) => page.items) ?? [];
  const total = deliveries.data?.pages[0]?.total;
  const show = (change: { [K in keyof DeliveryFilters]: DeliveryFilters[K] | undefined }) =>
    void navigate({
      to: '/issuer/deliveries',
      search: filled({ ...filters, ...change }),
      replace: true,
      resetScroll: false,
    });

  return (
    <Page
      name="deliveries"
      width={82}
      action={
        <p role="status" className={classes.total}>
          {typeof total === 'number' && (
            <FormattedMessage id="deliveries.total" values={{ count: total }} />
          )}
        </p>
      }
    >
      <div className={classes.filters}>
        <EntryField
          label={intl.formatMessage({ id: 'deliveries.recipient' })}
          type="email"
          value={filters.recipient ?? ''}
          onCommit={(text) => show({ recipient: text || undefined })}
        />
        <EntryField
          label={intl.formatMessage({ id: 'desk.customer_number' })}
          value={filters.customer_number ?? ''}
          onCommit={(text) => show({ customer_number: text || undefined })}
        />
      </div>
      <Pills
        label={intl.formatMessage({ id: 'desk.state' })}
        all={DELIVERY_STATES}
        chosen={filters.state}
        name={(state) => <FormattedMessage id={`deliveries.${state}`} />}
        onToggle={(state) => show({ state: toggled(DELIVERY_STATES, filters.state, state) })}
      />
      <DeskList
        list={deliveries}
        isEmpty={items.length === 0}
        empty={<FormattedMessage id="deliveries.empty" />}
        onReset={
          Object.keys(filters).length > 0
            ? () => show({ state: undefined, recipient: undefined, customer_number: undefined })
            : undefined
        }
      >
        <DeliveryTable deliveries={items} />
      </DeskList>
    </Page>
  );
}
