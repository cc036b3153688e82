import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { portalQuery } from '../api/session';

/** The tab's title: the screen first, since tabs are cut at the end. */
export function usePageTitle(title: string): void {
  const { data: portal } = useQuery(portalQuery);
  const name = portal?.name ?? 'I-Portal';
  useEffect(() => {
    document.title = `${title} · ${name}`;
  }, [title, name]);
}
