import { useEffect, useRef } from 'react';
import { readPreference } from '../lib/storage';

type Shortcuts = Record<string, (event: KeyboardEvent) => void>;

/** Keys that are dead while typing, in dialogs and menus; letters and signs also when switched off. */
export function useShortcuts(shortcuts: Shortcuts): void {
  const latest = useRef(shortcuts);
  latest.current = shortcuts;
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      const run = latest.current[event.key];
      if (!run || isTyping(event.target)) return;
      if (event.key.length === 1 && areShortcutsOff()) return;
      event.preventDefault();
      run(event);
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, []);
}

export function areShortcutsOff(): boolean {
  return readPreference('shortcuts') === 'off';
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  const place = 'input:not([type=checkbox]), textarea, select, [role=dialog], [role=menu]';
  return target.isContentEditable || target.closest(place) !== null;
}
