import { Button, Checkbox } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { type FileFormat, FORMATS, useAskForDownload } from '../../../api/downloads';
import { hasCode } from '../../../api/problem';
import { Dialog } from '../../../components/Dialog';
import dialog from '../../../components/Dialog.module.css';
import { ProblemNotice } from '../../../components/Message';
import { useToast } from '../../../components/Toasts';
import { readPreference, writePreference } from '../../../lib/storage';
import type { Chosen } from '../selection';
import type { Total } from '../total';
import classes from './dialogs.module.css';

type Props = { opened: boolean; onClose: () => void; chosen: Chosen; total: Total };

function usual(): FileFormat[] {
  const kept = readPreference('zip-formats')?.split(' ') ?? [];
  const known = FORMATS.filter((format) => kept.includes(format));
  return known.length > 0 ? known : ['pdf', 'ubl'];
}

/** Asks for a ZIP, which is then made in the background. */
export function DownloadDialog({ opened, onClose, chosen, total }: Props) {
  const intl = useIntl();
  const toast = useToast();
  const navigate = useNavigate();
  const ask = useAskForDownload();
  const [formats, setFormats] = useState(usual);

  const close = () => {
    ask.reset();
    onClose();
  };
  const submit = () => {
    writePreference('zip-formats', formats.join(' '));
    ask.mutate(
      { body: { ...chosen, formats } },
      {
        onSuccess: () => {
          close();
          const run = () => void navigate({ to: '/downloads' });
          const label = intl.formatMessage({ id: 'downloads.show' });
          const text = intl.formatMessage({ id: 'downloads.asked' });
          toast({ text, action: { label, run } });
        },
      },
    );
  };

  return (
    <Dialog
      opened={opened}
      onClose={close}
      title={<FormattedMessage id="downloads.ask_title" values={total} />}
    >
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <ProblemNotice error={ask.error} />
        {hasCode(ask.error, 'download_quota') && (
          <p>
            <Link to="/downloads">
              <FormattedMessage id="downloads.make_room" />
            </Link>
          </p>
        )}
        <fieldset className={classes.choices}>
          <legend>
            <FormattedMessage id="downloads.formats" />
          </legend>
          {FORMATS.map((format) => (
            <Checkbox
              key={format}
              label={intl.formatMessage({ id: `downloads.format_${format}` })}
              checked={formats.includes(format)}
              onChange={(event) => {
                const on = event.currentTarget.checked;
                setFormats(FORMATS.filter((one) => (one === format ? on : formats.includes(one))));
              }}
            />
          ))}
        </fieldset>
        <p className={classes.hint}>
          <FormattedMessage id="downloads.ask_hint" />
        </p>
        <div className={dialog.actions}>
          <Button variant="default" onClick={close}>
            <FormattedMessage id="common.cancel" />
          </Button>
          <Button type="submit" loading={ask.isPending} disabled={formats.length === 0}>
            <FormattedMessage id="downloads.ask" />
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
