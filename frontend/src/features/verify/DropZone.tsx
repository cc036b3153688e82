import { Loader } from '@mantine/core';
import { IconFileSearch } from '@tabler/icons-react';
import { type DragEvent, useState } from 'react';
import { FormattedMessage } from 'react-intl';
import a11y from '../../components/a11y.module.css';
import classes from './DropZone.module.css';

type Props = { onFile: (file: File) => void; checking: string | null };

/** A place to drop a PDF, which is also a button to choose one. */
export function DropZone({ onFile, checking }: Props) {
  const [isOver, setOver] = useState(false);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const [file] = event.dataTransfer.files;
    if (file && checking === null) onFile(file);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is the pointer's way to do what the field does.
    <div
      className={classes.zone}
      data-over={isOver || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <input
        id="verify-file"
        className={a11y.hidden}
        type="file"
        accept="application/pdf,.pdf"
        disabled={checking !== null}
        onChange={(event) => {
          const [file] = event.currentTarget.files ?? [];
          event.currentTarget.value = '';
          if (file) onFile(file);
        }}
      />
      <label htmlFor="verify-file" className={classes.label}>
        {checking === null ? (
          <>
            <IconFileSearch size={34} stroke={1.4} aria-hidden />
            <span className={classes.invitation}>
              <FormattedMessage id="verify.drop" />
            </span>
            <span className={classes.hint}>
              <FormattedMessage id="verify.hint" />
            </span>
          </>
        ) : (
          <>
            <Loader size={30} aria-hidden />
            <span className={classes.invitation} role="status">
              <FormattedMessage id="verify.checking" values={{ name: checking }} />
            </span>
          </>
        )}
      </label>
    </div>
  );
}
