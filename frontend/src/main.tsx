import './app/styles.css';
import { createRoot } from 'react-dom/client';
import { knownMe, portalQuery } from './api/session';
import { App, announceLanguage, styleNonce } from './app/App';
import { createQueryClient } from './app/query-client';
import { createPortalRouter } from './app/router';
import { loadFirstMessages, loadMessages } from './i18n/intl';
import { pickLanguage } from './i18n/locales';
import { readPreference, writePreference } from './lib/storage';

// The scroll lock behind dialogs asks for its style nonce by this name.
Object.assign(globalThis, { __webpack_nonce__: styleNonce });

const queryClient = createQueryClient(() => router.signedOut());
const router = createPortalRouter(queryClient);

async function start(): Promise<void> {
  const wishes = [readPreference('language'), ...navigator.languages];
  const guess = pickLanguage(wishes);
  announceLanguage(guess);
  // The route's code and data, the likely language and the portal's settings load side by side.
  const [portal] = await Promise.all([
    queryClient.fetchQuery(portalQuery).catch(() => null),
    router.load(),
    loadFirstMessages(guess),
  ]);
  const me = knownMe(queryClient);
  const language = pickLanguage(
    [me?.language, ...wishes],
    portal?.languages,
    portal?.default_language,
  );
  // The list, which almost every visit opens, does not wait for the words of other screens.
  const isList = router.instance.state.location.pathname === '/documents';
  const messages = await (isList ? loadFirstMessages : loadMessages)(language);
  announceLanguage(language);
  // The next visit then fetches the right messages at once.
  writePreference('language', language);
  const root = document.getElementById('root');
  if (!root) throw new Error('index.html has no #root');
  createRoot(root).render(
    <App
      queryClient={queryClient}
      router={router.instance}
      language={language}
      messages={messages}
    />,
  );
}

void start();
