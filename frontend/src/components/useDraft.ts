import { useCallback, useEffect, useRef, useState } from 'react';

const PAUSE = 250;

type Options = {
  /** The value in force, and how it is written in the field. */
  value: string;
  display?: (value: string) => string;
  /** What the text means; null while it means nothing yet. */
  read?: (text: string) => string | null;
  commit: (value: string) => void;
};

/** What is being typed: handed on after a pause, and only replaced when the value changes elsewhere. */
export function useDraft({ value, display = same, read = trimmed, commit }: Options) {
  const [draft, setDraft] = useState(() => display(value));
  const handed = useRef(value);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const latest = useRef({ display, read, commit });
  latest.current = { display, read, commit };

  useEffect(() => {
    if (value === handed.current) return;
    handed.current = value;
    setDraft(latest.current.display(value));
  }, [value]);

  useEffect(() => () => clearTimeout(timer.current), []);

  const type = useCallback((text: string) => {
    setDraft(text);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      const settled = latest.current.read(text);
      if (settled === null || settled === handed.current) return;
      handed.current = settled;
      latest.current.commit(settled);
    }, PAUSE);
  }, []);

  return [draft, type] as const;
}

function same(value: string): string {
  return value;
}

function trimmed(text: string): string {
  return text.trim();
}
