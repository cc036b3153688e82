import { createContext, type ReactNode, useContext, useMemo } from 'react';
import { IntlProvider, type MessageFormatElement } from 'react-intl';
import { type Language, LOCALES } from './locales';
import type source from './messages/en.json';

export type MessageId = keyof typeof source;
export type Messages = Record<MessageId, MessageFormatElement[]>;

declare global {
  namespace FormatjsIntl {
    interface Message {
      ids: MessageId;
    }
  }
}

const compiled = import.meta.glob<Messages>('./compiled/*.json', { import: 'default' });

/** One language's messages, already parsed when the SPA was built. */
export async function loadMessages(language: Language): Promise<Messages> {
  const load = compiled[`./compiled/${language}.json`];
  if (!load) throw new Error(`No messages for ${language}`);
  return load();
}

type Choice = { language: Language; changeLanguage: (language: Language) => Promise<void> };

const LanguageContext = createContext<Choice | null>(null);

type Props = Choice & { messages: Messages; children: ReactNode };

export function LanguageProvider({ language, messages, changeLanguage, children }: Props) {
  const choice = useMemo(() => ({ language, changeLanguage }), [language, changeLanguage]);
  return (
    <LanguageContext value={choice}>
      <IntlProvider locale={LOCALES[language]} messages={messages}>
        {children}
      </IntlProvider>
    </LanguageContext>
  );
}

export function useLanguage(): Choice {
  const choice = useContext(LanguageContext);
  if (!choice) throw new Error('useLanguage needs a LanguageProvider');
  return choice;
}
