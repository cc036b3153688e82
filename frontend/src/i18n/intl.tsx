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

const first = import.meta.glob<Partial<Messages>>('./compiled/*.json', { import: 'default' });
const later = import.meta.glob<Partial<Messages>>('./compiled/later/*.json', {
  import: 'default',
});

async function load(files: typeof first, file: string): Promise<Partial<Messages>> {
  const load = files[file];
  if (!load) throw new Error(`No messages in ${file}`);
  return load();
}

/** The messages that the documents list shows at once, already parsed when the SPA was built. */
export async function loadFirstMessages(language: Language): Promise<Messages> {
  return (await load(first, `./compiled/${language}.json`)) as Messages;
}

/** All messages of one language. */
export async function loadMessages(language: Language): Promise<Messages> {
  const [some, others] = await Promise.all([
    loadFirstMessages(language),
    load(later, `./compiled/later/${language}.json`),
  ]);
  return { ...some, ...others };
}

let arriving: Promise<void> = Promise.resolve();

/** Screens other than the list wait for this before they show. */
export function messagesArrived(): Promise<void> {
  return arriving;
}

export function announceMessages(promise: Promise<void>): void {
  arriving = promise.catch(() => undefined);
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
