import { Checkbox } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { FormattedMessage, useIntl } from 'react-intl';
import { customersQuery } from '../../../api/customers';
import { ProblemNotice } from '../../../components/Message';
import classes from './Tokens.module.css';

type Props = { value: string[] | null; onChange: (ids: string[] | null) => void };

/** The customer numbers of a token: all, also later ones (null), or some. */
export function CustomerChoice({ value, onChange }: Props) {
  const intl = useIntl();
  const customers = useQuery(customersQuery);
  const items = customers.data ?? [];
  return (
    <fieldset className={classes.choice}>
      <legend>
        <FormattedMessage id="tokens.customers" />
      </legend>
      <Checkbox
        label={intl.formatMessage({ id: 'tokens.all_customers' })}
        checked={value === null}
        onChange={(event) => onChange(event.currentTarget.checked ? null : [])}
      />
      {value !== null && (
        <div className={classes.customers}>
          <ProblemNotice error={customers.error} onRetry={() => void customers.refetch()} />
          {items.map(({ id, number, name }) => (
            <Checkbox
              key={id}
              label={`${number} · ${name}`}
              checked={value.includes(id)}
              onChange={(event) =>
                onChange(
                  event.currentTarget.checked
                    ? [...value, id]
                    : value.filter((other) => other !== id),
                )
              }
            />
          ))}
        </div>
      )}
    </fieldset>
  );
}
