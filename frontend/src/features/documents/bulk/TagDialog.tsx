import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { customersQuery } from '../../../api/customers';
import { type Account, accountsOf, type Tag, tagsQuery } from '../../../api/tags';
import { Dialog } from '../../../components/Dialog';
import { ProblemNotice } from '../../../components/Message';
import { PageSkeleton } from '../../../components/PageSkeleton';
import { TagChip } from '../../../components/TagChip';
import type { Document } from '../queries';
import type { Chosen } from '../selection';
import type { Total } from '../total';
import { useTagging } from './changes';
import classes from './dialogs.module.css';
import { NewTag } from './NewTag';

type Props = {
  opened: boolean;
  onClose: () => void;
  chosen: Chosen;
  total: Total;
  /** Which documents they are, where that is known. */
  documents: readonly Document[] | null;
};

/** Puts tags on the chosen documents and takes them off; every click counts at once. */
export function TagDialog({ opened, onClose, chosen, total, documents }: Props) {
  const [isCreating, setCreating] = useState(false);
  const { data: tags, error, refetch } = useQuery(tagsQuery);
  const { data: customers = [] } = useQuery(customersQuery);
  const tagging = useTagging();

  const close = () => {
    tagging.reset();
    setCreating(false);
    onClose();
  };
  const accounts = accountsOf(
    documents
      ? customers.filter(({ id }) => documents.some((document) => document.customer.id === id))
      : customers,
  );
  const offered = tags?.filter((tag) => accounts.some(({ id }) => id === tag.account_id)) ?? [];

  return (
    <Dialog
      opened={opened}
      onClose={close}
      title={<FormattedMessage id="tags.dialog_title" values={total} />}
    >
      {isCreating ? (
        <NewTag
          accounts={accounts}
          used={offered.map(({ color }) => color)}
          onCancel={() => setCreating(false)}
          onCreated={(tag) => {
            setCreating(false);
            tagging.apply(chosen, tag, true);
          }}
        />
      ) : (
        <>
          <ProblemNotice error={error} onRetry={() => void refetch()} />
          <ProblemNotice error={tagging.error} />
          {!tags && !error && <PageSkeleton lines={3} />}
          {tags && offered.length === 0 && (
            <p className={classes.hint}>
              <FormattedMessage id="tags.none_yet" />
            </p>
          )}
          <TagRows
            accounts={accounts}
            tags={offered}
            documents={documents}
            onChange={(tag, on) => tagging.apply(chosen, tag, on)}
          />
          <div className={classes.foot}>
            <Button
              variant="default"
              leftSection={<IconPlus size={16} aria-hidden />}
              onClick={() => setCreating(true)}
            >
              <FormattedMessage id="tags.new" />
            </Button>
            <Link to="/settings/tags">
              <FormattedMessage id="tags.manage" />
            </Link>
          </div>
        </>
      )}
    </Dialog>
  );
}

type RowsProps = {
  accounts: Account[];
  tags: Tag[];
  documents: readonly Document[] | null;
  onChange: (tag: Tag, on: boolean) => void;
};

function TagRows({ accounts, tags, documents, onChange }: RowsProps) {
  return (
    <div className={classes.tags}>
      {accounts.map((account) => {
        const own = tags.filter(({ account_id }) => account_id === account.id);
        if (own.length === 0) return null;
        return (
          <div key={account.id}>
            {accounts.length > 1 && (
              <p className={classes.account}>
                <FormattedMessage id="tags.account_of" values={{ name: account.name }} />
              </p>
            )}
            <ul>
              {own.map((tag) => (
                <TagRow key={tag.id} tag={tag} documents={documents} onChange={onChange} />
              ))}
            </ul>
          </div>
        );
      })}
    </div>
  );
}

type RowProps = Pick<RowsProps, 'documents' | 'onChange'> & { tag: Tag };

function TagRow({ tag, documents, onChange }: RowProps) {
  const intl = useIntl();
  const total = documents?.length ?? null;
  const carrying =
    documents?.filter(({ tags }) => tags.some(({ id }) => id === tag.id)).length ?? null;
  const name = tag.name;
  return (
    <li className={classes.tag}>
      <span className={classes.name}>
        <TagChip tag={tag} />
        {carrying !== null && total !== null && total > 1 && carrying > 0 && (
          <span className={classes.on}>
            <FormattedMessage id="tags.on_some" values={{ carrying, total }} />
          </span>
        )}
      </span>
      {carrying !== 0 && (
        <Button
          size="compact-sm"
          variant="default"
          aria-label={intl.formatMessage({ id: 'tags.remove_one' }, { name })}
          onClick={() => onChange(tag, false)}
        >
          <FormattedMessage id="tags.remove" />
        </Button>
      )}
      {(carrying === null || carrying !== total) && (
        <Button
          size="compact-sm"
          variant="light"
          aria-label={intl.formatMessage({ id: 'tags.add_one' }, { name })}
          onClick={() => onChange(tag, true)}
        >
          <FormattedMessage id="tags.add" />
        </Button>
      )}
    </li>
  );
}
