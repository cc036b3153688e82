// Runs before the first paint, while the portal's own code is still on its way.
(() => {
  const preference = (name) => {
    try {
      return localStorage.getItem(`i-portal.${name}`);
    } catch {
      return null;
    }
  };

  // A reader who chose dark never sees a white flash.
  const choice = preference('theme') || 'auto';
  const dark =
    choice === 'dark' || (choice === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');

  // Almost every visit opens the list: what it shows is fetched beside the code that asks for it.
  if (location.search || !/^\/(documents)?$/.test(location.pathname)) return;
  const load = (attributes) =>
    document.head.append(Object.assign(document.createElement('link'), attributes));
  const files = JSON.parse(document.querySelector('meta[name="messages"]')?.content ?? '{}');
  const language = [preference('language'), ...navigator.languages]
    .map((wish) => wish?.slice(0, 2).toLowerCase())
    .find((wish) => wish in files);
  if (language) load({ rel: 'modulepreload', crossOrigin: '', href: files[language] });
  for (const path of ['me', 'portal', 'documents?limit=50&count=true']) {
    load({ rel: 'preload', as: 'fetch', crossOrigin: '', href: `/api/v1/${path}` });
  }
  // The first use of a language's figures and dates takes the browser long; now it only waits.
  const locale = language ?? 'en';
  new Intl.NumberFormat(locale, { style: 'currency', currency: 'EUR' }).format(0);
  new Intl.DateTimeFormat(locale).format(0);
  Intl.PluralRules.supportedLocalesOf(locale);
})();
