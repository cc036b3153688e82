import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useRouter } from '@tanstack/react-router';
import { enter, type Me } from '../../api/session';
import { useLanguage } from '../../i18n/intl';
import { isLanguage } from '../../i18n/locales';

/** What follows a sign-in: the reader's language, their profile once, the offer of MFA, their place. */
export function useEnter() {
  const client = useQueryClient();
  const router = useRouter();
  const navigate = useNavigate();
  const { language, changeLanguage } = useLanguage();

  return async (user: Me, next?: string) => {
    enter(client, user);
    if (isLanguage(user.language) && user.language !== language)
      await changeLanguage(user.language);
    if (!user.profile_complete) {
      await navigate({ to: '/welcome', search: { next }, replace: true });
      return;
    }
    if (user.mfa_offer) {
      await navigate({ to: '/two-factor', search: { next }, replace: true });
      return;
    }
    router.history.replace(next ?? '/documents');
  };
}
