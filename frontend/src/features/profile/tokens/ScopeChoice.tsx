import { Checkbox } from '@mantine/core';
import { FormattedMessage, useIntl } from 'react-intl';
import type { Schema } from '../../../api/schemas';
import classes from './Tokens.module.css';

type Scope = Schema['Scope'];

/** What each scope is called on screens. */
export const SCOPES = {
  'documents:read': 'scope.documents_read',
  'documents:write': 'scope.documents_write',
  downloads: 'scope.downloads',
  'customers:read': 'scope.customers_read',
  'issuer:publish': 'scope.issuer_publish',
  'issuer:customers': 'scope.issuer_customers',
  'issuer:bounces': 'scope.issuer_bounces',
} as const satisfies Record<Scope, string>;

type Props = { value: Scope[]; onChange: (scopes: Scope[]) => void; isStaff: boolean };

/** Scopes: as few as the program needs. */
export function ScopeChoice({ value, onChange, isStaff }: Props) {
  const intl = useIntl();
  const offered = (Object.keys(SCOPES) as Scope[]).filter(
    (scope) => isStaff || !scope.startsWith('issuer:'),
  );
  return (
    <fieldset className={classes.choice}>
      <legend>
        <FormattedMessage id="tokens.scopes" />
      </legend>
      {offered.map((scope) => (
        <Checkbox
          key={scope}
          label={intl.formatMessage({ id: SCOPES[scope] })}
          description={<code>{scope}</code>}
          checked={value.includes(scope)}
          onChange={(event) =>
            onChange(
              event.currentTarget.checked
                ? [...value, scope]
                : value.filter((other) => other !== scope),
            )
          }
        />
      ))}
    </fieldset>
  );
}
