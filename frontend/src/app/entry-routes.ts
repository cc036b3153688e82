import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { meQuery } from '../api/session';
import { root } from './frame';
import { nextPath, requireUser, wizardStep } from './guards';

/** The screens outside the shell: signing in, invitations, the wizard, the link of a mail. */

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: nextPath,
  component: lazyRouteComponent(() => import('../features/auth/SignInPage'), 'SignInPage'),
});

const forgotPassword = createRoute({
  getParentRoute: () => root,
  path: '/password/forgot',
  component: lazyRouteComponent(
    () => import('../features/auth/ForgotPasswordPage'),
    'ForgotPasswordPage',
  ),
});

const resetPassword = createRoute({
  getParentRoute: () => root,
  path: '/password/reset/$token',
  component: lazyRouteComponent(
    () => import('../features/auth/ResetPasswordPage'),
    'ResetPasswordPage',
  ),
});

const newInvitation = createRoute({
  getParentRoute: () => root,
  path: '/invitations/new',
  component: lazyRouteComponent(
    () => import('../features/auth/NewInvitationPage'),
    'NewInvitationPage',
  ),
});

const invitation = createRoute({
  getParentRoute: () => root,
  path: '/invitations/$token',
  component: lazyRouteComponent(() => import('../features/auth/InvitationPage'), 'InvitationPage'),
});

const welcome = createRoute({
  getParentRoute: () => root,
  path: '/welcome',
  validateSearch: nextPath,
  loader: requireUser,
  component: lazyRouteComponent(() => import('../features/profile/WelcomePage'), 'WelcomePage'),
});

const twoFactor = createRoute({
  getParentRoute: () => root,
  path: '/two-factor',
  validateSearch: (
    search: Record<string, unknown>,
  ): { next?: string | undefined; step?: number | undefined } => ({
    ...nextPath(search),
    step: wizardStep(search.step),
  }),
  loader: requireUser,
  component: lazyRouteComponent(
    () => import('../features/auth/two-factor/TwoFactorPage'),
    'TwoFactorPage',
  ),
});

const link = createRoute({
  getParentRoute: () => root,
  path: '/links/$token',
  component: lazyRouteComponent(() => import('../features/links/LinkPage'), 'LinkPage'),
});

const verify = createRoute({
  getParentRoute: () => root,
  path: '/verify',
  component: lazyRouteComponent(() => import('../features/verify/VerifyPage'), 'VerifyPage'),
});

const help = createRoute({
  getParentRoute: () => root,
  path: '/help',
  loader: ({ context }) => context.queryClient.ensureQueryData(meQuery).catch(() => null),
  component: lazyRouteComponent(() => import('./HelpFrame'), 'HelpFrame'),
});

export const entryRoutes = [
  signIn,
  forgotPassword,
  resetPassword,
  newInvitation,
  invitation,
  welcome,
  twoFactor,
  link,
  verify,
  help,
] as const;
