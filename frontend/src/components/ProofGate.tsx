import { lazy, useEffect, useState } from 'react';
import { registerProver } from '../api/proof';
import { OnceOpened } from './OnceOpened';

const ProofDialog = lazy(async () => ({ default: (await import('./ProofDialog')).ProofDialog }));

type Asked = { answer: (isProved: boolean) => void };

/** Where the API's wish for a fresh proof becomes a dialog, over whatever screen asked. */
export function ProofGate() {
  const [asked, setAsked] = useState<Asked | null>(null);

  useEffect(
    () => registerProver(() => new Promise((resolve) => setAsked({ answer: resolve }))),
    [],
  );

  return (
    <OnceOpened opened={asked !== null}>
      <ProofDialog
        opened={asked !== null}
        onAnswer={(isProved) => {
          asked?.answer(isProved);
          setAsked(null);
        }}
      />
    </OnceOpened>
  );
}
