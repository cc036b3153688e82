import { useState } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import type { Account, Tag } from '../../api/tags';
import { Dialog } from '../../components/Dialog';
import { Select } from '../../components/Select';
import { type TagDraft, TagForm } from '../../components/TagForm';
import { freshColor } from '../../lib/tag-colors';
import { useChangeTag, useCreateTag } from './queries';

type Props = {
  edited: Tag | 'new' | null;
  accounts: Account[];
  used: string[];
  onClose: () => void;
};

/** Makes a tag, or gives one another name and colour. */
export function TagEditor({ edited, accounts, used, onClose }: Props) {
  const intl = useIntl();
  const create = useCreateTag();
  const change = useChangeTag();
  const [account, setAccount] = useState<string>();
  // What the dialog shows while it fades out.
  const [shown, setShown] = useState<Tag | 'new'>('new');
  if (edited && edited !== shown) setShown(edited);
  const tag = shown === 'new' ? null : shown;
  const chosen = account ?? accounts[0]?.customerId;

  const close = () => {
    create.reset();
    change.reset();
    onClose();
  };
  const save = (draft: TagDraft) => {
    const after = { onSuccess: close };
    if (tag) change.mutate({ params: { path: { tag_id: tag.id } }, body: draft }, after);
    else create.mutate({ body: { ...draft, ...(chosen ? { customer_id: chosen } : {}) } }, after);
  };

  return (
    <Dialog
      opened={edited !== null}
      onClose={close}
      title={<FormattedMessage id={tag ? 'tags.edit_title' : 'tags.new_title'} />}
    >
      <TagForm
        key={tag?.id ?? 'new'}
        initial={tag ?? { name: '', color: freshColor(used) }}
        submit={<FormattedMessage id={tag ? 'common.save' : 'tags.create'} />}
        error={create.error ?? change.error}
        isPending={create.isPending || change.isPending}
        onSubmit={save}
        onCancel={close}
      >
        {!tag && accounts.length > 1 && (
          <Select
            label={intl.formatMessage({ id: 'tags.account' })}
            value={chosen ?? ''}
            data={accounts.map(({ customerId, name }) => ({ value: customerId, label: name }))}
            onChange={(event) => setAccount(event.currentTarget.value)}
          />
        )}
      </TagForm>
    </Dialog>
  );
}
