import type { ReactNode } from 'react';
import classes from './Status.module.css';

type Props = { tone: 'good' | 'off' | 'warning' | 'bad'; children: ReactNode };

/** How something stands, in a word. */
export function Status({ tone, children }: Props) {
  return (
    <span className={classes.status} data-tone={tone}>
      {children}
    </span>
  );
}
