import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core';
import { type QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { type AnyRouter, RouterProvider } from '@tanstack/react-router';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { setApiLanguage } from '../api/client';
import { knownPortal } from '../api/session';
import { ToastProvider } from '../components/Toasts';
import { announceMessages, LanguageProvider, loadMessages, type Messages } from '../i18n/intl';
import { type Language, LOCALES } from '../i18n/locales';
import { writePreference } from '../lib/storage';
import { cssVariables, DEFAULT_ACCENT, portalTheme } from './theme';

const colorSchemes = localStorageColorSchemeManager({ key: 'i-portal.theme' });
export const styleNonce =
  document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';

type Props = {
  queryClient: QueryClient;
  router: AnyRouter;
  language: Language;
  messages: Messages;
};

export function announceLanguage(language: Language): void {
  document.documentElement.lang = LOCALES[language];
  setApiLanguage(LOCALES[language]);
}

export function App({ queryClient, router, ...initial }: Props) {
  const [spoken, speak] = useState({ language: initial.language, messages: initial.messages });
  const accent = knownPortal(queryClient)?.colors.accent ?? DEFAULT_ACCENT;
  const theme = useMemo(() => portalTheme(accent), [accent]);

  useEffect(() => {
    const rest = loadMessages(initial.language).then((messages) =>
      speak((now) => (now.language === initial.language ? { ...now, messages } : now)),
    );
    announceMessages(rest);
  }, [initial.language]);

  const changeLanguage = useCallback(async (language: Language) => {
    const messages = await loadMessages(language);
    announceLanguage(language);
    writePreference('language', language);
    speak({ language, messages });
  }, []);

  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      colorSchemeManager={colorSchemes}
      defaultColorScheme="auto"
      getStyleNonce={() => styleNonce}
    >
      <QueryClientProvider client={queryClient}>
        <LanguageProvider {...spoken} changeLanguage={changeLanguage}>
          <ToastProvider>
            <RouterProvider router={router} />
          </ToastProvider>
        </LanguageProvider>
      </QueryClientProvider>
    </MantineProvider>
  );
}
