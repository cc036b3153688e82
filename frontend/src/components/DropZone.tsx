import { Loader } from '@mantine/core';
import { IconFileSearch } from '@tabler/icons-react';
import { type DragEvent, type ReactNode, useState } from 'react';
import a11y from './a11y.module.css';
import classes from './DropZone.module.css';

type Props = {
  id: string;
  accept: string;
  invitation: ReactNode;
  hint: ReactNode;
  /** What is told while a file is on its way; null when none is. */
  busy: ReactNode | null;
  onFile: (file: File) => void;
};

/** A place to drop a file, which is also a button to choose one. */
export function DropZone({ id, accept, invitation, hint, busy, onFile }: Props) {
  const [isOver, setOver] = useState(false);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const [file] = event.dataTransfer.files;
    if (file && busy === null) onFile(file);
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
        id={id}
        className={a11y.hidden}
        type="file"
        accept={accept}
        disabled={busy !== null}
        onChange={(event) => {
          const [file] = event.currentTarget.files ?? [];
          event.currentTarget.value = '';
          if (file) onFile(file);
        }}
      />
      <label htmlFor={id} className={classes.label}>
        {busy === null ? (
          <>
            <IconFileSearch size={34} stroke={1.4} aria-hidden />
            <span className={classes.invitation}>{invitation}</span>
            <span className={classes.hint}>{hint}</span>
          </>
        ) : (
          <>
            <Loader size={30} aria-hidden />
            <span className={classes.invitation} role="status">
              {busy}
            </span>
          </>
        )}
      </label>
    </div>
  );
}
