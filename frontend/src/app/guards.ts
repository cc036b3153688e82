import type { QueryClient } from '@tanstack/react-query';
import { redirect } from '@tanstack/react-router';
import { hasStatus } from '../api/problem';
import { knownMe, meQuery, portalQuery } from '../api/session';
import { safeReturnPath } from '../features/auth/return-path';
import { one } from '../lib/search-params';

/** Who may enter a route, and what of its address is believed. */

export type Context = { queryClient: QueryClient };

export async function requireUser({
  context,
  location,
}: {
  context: Context;
  location: { href: string };
}) {
  try {
    await context.queryClient.ensureQueryData(meQuery);
  } catch (error) {
    if (!hasStatus(error, 401)) throw error;
    throw redirect({
      to: '/sign-in',
      search: { next: safeReturnPath(location.href) },
      replace: true,
    });
  }
}

/** Staff, and everybody where the issuer asks for it, reach nothing but the wizard without MFA. */
export async function requireSecondFactor({
  context: { queryClient },
  location,
}: {
  context: Context;
  location: { href: string };
}) {
  const me = knownMe(queryClient);
  if (!me?.mfa_offer) return;
  const portal = await queryClient.ensureQueryData(portalQuery);
  if (me.role !== 'staff' && portal.mfa_policy !== 'required') return;
  const next = safeReturnPath(location.href);
  throw redirect({ to: '/two-factor', search: { next }, replace: true });
}

export const nextPath = (search: Record<string, unknown>): { next?: string | undefined } => ({
  next: safeReturnPath(one(search.next)),
});

export function wizardStep(value: unknown): number | undefined {
  return /^[1-4]$/.test(String(value)) ? Number(value) : undefined;
}
