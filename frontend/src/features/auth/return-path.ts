/** A path of this portal to come back to; anything that could lead elsewhere is dropped. */
export function safeReturnPath(path: string | undefined): string | undefined {
  if (!path || path.length > 2000 || !/^\/(?![/\\])/.test(path)) return undefined;
  const url = new URL(path, 'http://portal.invalid');
  if (url.host !== 'portal.invalid') return undefined;
  const leadsNowhere = ['/', '/documents'].includes(url.pathname) && !url.search;
  if (leadsNowhere || url.pathname.startsWith('/sign-in')) return undefined;
  return `${url.pathname}${url.search}`;
}
