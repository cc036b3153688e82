import { ActionIcon, Button, TextInput } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { problemSentence } from '../../../api/problem';
import { Dialog } from '../../../components/Dialog';
import { useToast } from '../../../components/Toasts';
import classes from './ManageViews.module.css';
import { type SavedView, useChangeView, useDeleteView, useSaveView } from './queries';
import { NAME_LENGTH } from './SaveView';

type Props = { opened: boolean; views: SavedView[]; onClose: () => void };

export function ManageViews({ opened, views, onClose }: Props) {
  const remove = useRemoval();
  return (
    <Dialog opened={opened} onClose={onClose} title={<FormattedMessage id="views.manage_title" />}>
      {views.length === 0 && (
        <p>
          <FormattedMessage id="views.none" />
        </p>
      )}
      <ul className={classes.views}>
        {views.map((view) => (
          <ViewRow key={`${view.id} ${view.name}`} view={view} onRemove={() => remove(view)} />
        ))}
      </ul>
    </Dialog>
  );
}

function useRemoval() {
  const intl = useIntl();
  const toast = useToast();
  const removal = useDeleteView();
  const saving = useSaveView();
  const onError = (error: unknown) => toast({ text: problemSentence(intl, error) });
  return ({ id: view_id, name, query }: SavedView) =>
    removal.mutate(
      { params: { path: { view_id } } },
      {
        onSuccess: () =>
          toast({
            text: intl.formatMessage({ id: 'views.deleted' }, { name }),
            action: {
              label: intl.formatMessage({ id: 'common.undo' }),
              run: () => saving.mutate({ body: { name, query } }, { onError }),
            },
          }),
        onError,
      },
    );
}

function ViewRow({ view, onRemove }: { view: SavedView; onRemove: () => void }) {
  const intl = useIntl();
  const change = useChangeView();
  const [name, setName] = useState(view.name);
  const isChanged = name.trim() !== '' && name.trim() !== view.name;
  return (
    <li>
      <form
        className={classes.view}
        onSubmit={(event) => {
          event.preventDefault();
          if (!isChanged) return;
          const params = { path: { view_id: view.id } };
          change.mutate({ params, body: { name: name.trim() } });
        }}
      >
        <TextInput
          className={classes.name}
          aria-label={intl.formatMessage({ id: 'views.rename' }, { name: view.name })}
          value={name}
          maxLength={NAME_LENGTH}
          autoComplete="off"
          error={change.error ? problemSentence(intl, change.error) : undefined}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        {isChanged && (
          <Button type="submit" variant="default" loading={change.isPending}>
            <FormattedMessage id="common.save" />
          </Button>
        )}
        <ActionIcon
          variant="subtle"
          color="gray"
          size={36}
          aria-label={intl.formatMessage({ id: 'views.delete' }, { name: view.name })}
          title={intl.formatMessage({ id: 'views.delete' }, { name: view.name })}
          onClick={onRemove}
        >
          <IconTrash size={17} stroke={1.7} aria-hidden />
        </ActionIcon>
      </form>
    </li>
  );
}
