import { Button } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { FormattedMessage, FormattedNumber } from 'react-intl';
import { Money } from '../../components/Money';
import classes from './Figures.module.css';
import type { Item } from './series';

type Props = {
  items: readonly Item[];
  heading: ReactNode;
  name: (item: Item) => ReactNode;
};

const FIRST = 12;

/** The figures behind a chart. */
export function Figures({ items, heading, name }: Props) {
  const [all, setAll] = useState(false);
  const shown = all ? items : items.slice(0, FIRST);
  return (
    <>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">{heading}</th>
            <th scope="col" className={classes.figure}>
              <FormattedMessage id="documents.title" />
            </th>
            <th scope="col" className={`${classes.figure} ${classes.extra}`}>
              <FormattedMessage id="detail.excl_vat" />
            </th>
            <th scope="col" className={`${classes.figure} ${classes.extra}`}>
              <FormattedMessage id="detail.vat" />
            </th>
            <th scope="col" className={classes.figure}>
              <FormattedMessage id="column.amount" />
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map((item) => (
            <tr key={item.key}>
              <th scope="row">{name(item)}</th>
              <td className={classes.figure}>
                <FormattedNumber value={item.documents} />
              </td>
              <td className={`${classes.figure} ${classes.extra}`}>
                <Money amount={item.amount_excl_vat} currency={item.currency} />
              </td>
              <td className={`${classes.figure} ${classes.extra}`}>
                <Money amount={item.vat_amount} currency={item.currency} />
              </td>
              <td className={classes.figure}>
                <Money amount={item.amount_incl_vat} currency={item.currency} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {!all && items.length > FIRST && (
        <Button variant="default" size="xs" mt="sm" onClick={() => setAll(true)}>
          <FormattedMessage id="statistics.show_all" values={{ count: items.length }} />
        </Button>
      )}
    </>
  );
}
