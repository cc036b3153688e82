import { type ReactNode, Suspense, useRef } from 'react';

type Props = { opened: boolean; children: ReactNode };

/** Holds a dialog whose code is fetched when it is first opened, and which then stays for its exit. */
export function OnceOpened({ opened, children }: Props) {
  const wasOpened = useRef(false);
  wasOpened.current ||= opened;
  return wasOpened.current ? <Suspense fallback={null}>{children}</Suspense> : null;
}
