import { ActionIcon, Button } from '@mantine/core';
import { IconPencil, IconPlus, IconTag, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { lazy, useState } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { customersQuery } from '../../api/customers';
import { problemSentence } from '../../api/problem';
import { accountsOf, type Tag, tagsQuery } from '../../api/tags';
import { Message, ProblemNotice } from '../../components/Message';
import { OnceOpened } from '../../components/OnceOpened';
import { Frame, Page } from '../../components/Page';
import { PageSkeleton } from '../../components/PageSkeleton';
import { TagChip } from '../../components/TagChip';
import { useToast } from '../../components/Toasts';
import { useDeleteTag, useRestoreTag } from './queries';
import classes from './TagsPage.module.css';

const TagEditor = lazy(async () => ({ default: (await import('./TagEditor')).TagEditor }));

/** The account's tags: made, renamed, coloured and deleted here. */
export function TagsPage() {
  const [edited, setEdited] = useState<Tag | 'new' | null>(null);
  const { data: tags, error, refetch } = useQuery(tagsQuery);
  const { data: customers = [] } = useQuery(customersQuery);
  const accounts = accountsOf(customers);
  const remove = useRemoval();
  const open = () => setEdited('new');

  return (
    <Page
      name="tags"
      width={46}
      action={
        tags &&
        tags.length > 0 && (
          <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={open}>
            <FormattedMessage id="tags.new" />
          </Button>
        )
      }
    >
      <ProblemNotice error={error} onRetry={() => void refetch()} />
      {!tags && !error && <PageSkeleton lines={5} />}
      {tags?.length === 0 && (
        <Frame>
          <Message
            icon={<IconTag size={24} stroke={1.6} />}
            title={<FormattedMessage id="tags.empty_title" />}
            actions={
              <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={open}>
                <FormattedMessage id="tags.new" />
              </Button>
            }
          >
            <p>
              <FormattedMessage id="tags.empty_text" />
            </p>
          </Message>
        </Frame>
      )}
      {tags && tags.length > 0 && (
        <Frame>
          {[...new Set(tags.map(({ account_id }) => account_id))].map((account) => (
            <div key={account}>
              {accounts.length > 1 && (
                <h2 className={classes.account}>
                  <FormattedMessage
                    id="tags.account_of"
                    values={{ name: accounts.find(({ id }) => id === account)?.name ?? '' }}
                  />
                </h2>
              )}
              <ul>
                {tags
                  .filter(({ account_id }) => account_id === account)
                  .map((tag) => (
                    <TagRow
                      key={tag.id}
                      tag={tag}
                      onEdit={() => setEdited(tag)}
                      onRemove={() => remove(tag)}
                    />
                  ))}
              </ul>
            </div>
          ))}
        </Frame>
      )}
      <OnceOpened opened={edited !== null}>
        <TagEditor
          edited={edited}
          accounts={accounts}
          used={(tags ?? []).map(({ color }) => color)}
          onClose={() => setEdited(null)}
        />
      </OnceOpened>
    </Page>
  );
}

/** Deletes at once, and offers to take it back. */
function useRemoval() {
  const intl = useIntl();
  const toast = useToast();
  const removal = useDeleteTag();
  const restoring = useRestoreTag();
  const onError = (error: unknown) => toast({ text: problemSentence(intl, error) });
  return ({ id, name }: Tag) => {
    const run = () => restoring.mutate({ params: { path: { deleted_tag_id: id } } }, { onError });
    removal.mutate(
      { params: { path: { tag_id: id } } },
      {
        onSuccess: () =>
          toast({
            text: intl.formatMessage({ id: 'tags.deleted' }, { name }),
            action: { label: intl.formatMessage({ id: 'common.undo' }), run },
          }),
        onError,
      },
    );
  };
}

type RowProps = { tag: Tag; onEdit: () => void; onRemove: () => void };

function TagRow({ tag, onEdit, onRemove }: RowProps) {
  const intl = useIntl();
  const { name } = tag;
  return (
    <li className={classes.row}>
      <span className={classes.tag}>
        <TagChip tag={tag} />
      </span>
      <Link to="/documents" search={{ tag_id: [tag.id] }} className={classes.count}>
        <FormattedMessage id="tags.documents" values={{ count: tag.document_count }} />
      </Link>
      <ActionIcon
        variant="subtle"
        color="gray"
        size={34}
        aria-label={intl.formatMessage({ id: 'tags.edit' }, { name })}
        title={intl.formatMessage({ id: 'tags.edit' }, { name })}
        onClick={onEdit}
      >
        <IconPencil size={17} stroke={1.7} aria-hidden />
      </ActionIcon>
      <ActionIcon
        variant="subtle"
        color="gray"
        size={34}
        aria-label={intl.formatMessage({ id: 'tags.delete' }, { name })}
        title={intl.formatMessage({ id: 'tags.delete' }, { name })}
        onClick={onRemove}
      >
        <IconTrash size={17} stroke={1.7} aria-hidden />
      </ActionIcon>
    </li>
  );
}
