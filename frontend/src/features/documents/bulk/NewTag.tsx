import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { $api } from '../../../api/client';
import { type Account, TAGS, type Tag } from '../../../api/tags';
import { Select } from '../../../components/Select';
import { TagForm } from '../../../components/TagForm';
import { freshColor } from '../../../lib/tag-colors';

type Props = {
  accounts: Account[];
  used: string[];
  onCreated: (tag: Tag) => void;
  onCancel: () => void;
};

/** A new tag, made where it is needed. */
export function NewTag({ accounts, used, onCreated, onCancel }: Props) {
  const intl = useIntl();
  const client = useQueryClient();
  const create = $api.useMutation('post', '/api/v1/tags');
  const [account, setAccount] = useState(accounts[0]?.customerId ?? '');
  return (
    <TagForm
      initial={{ name: '', color: freshColor(used) }}
      submit={<FormattedMessage id="tags.create_and_add" />}
      error={create.error}
      isPending={create.isPending}
      onCancel={onCancel}
      onSubmit={(draft) =>
        create.mutate(
          { body: { ...draft, ...(account ? { customer_id: account } : {}) } },
          {
            onSuccess: (tag) => {
              void client.invalidateQueries({ queryKey: TAGS });
              onCreated(tag);
            },
          },
        )
      }
    >
      {accounts.length > 1 && (
        <Select
          label={intl.formatMessage({ id: 'tags.account' })}
          value={account}
          data={accounts.map(({ customerId, name }) => ({ value: customerId, label: name }))}
          onChange={(event) => setAccount(event.currentTarget.value)}
        />
      )}
    </TagForm>
  );
}
