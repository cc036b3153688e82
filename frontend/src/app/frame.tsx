import { createRootRouteWithContext, createRoute } from '@tanstack/react-router';
import { messagesArrived } from '../i18n/intl';
import { type Context, requireSecondFactor, requireUser } from './guards';
import { Root } from './Root';
import { Shell } from './Shell';

/** What all routes hang on: the root, and the shell of those who have signed in. */

export const root = createRootRouteWithContext<Context>()({
  beforeLoad: messagesArrived,
  component: Root,
});

export const signedIn = createRoute({
  getParentRoute: () => root,
  id: '_app',
  loader: async (route) => {
    await requireUser(route);
    await requireSecondFactor(route);
  },
  component: Shell,
});
