// Runs before the first paint, so that a reader who chose dark never sees a white flash.
(() => {
  let choice = 'auto';
  try {
    choice = localStorage.getItem('i-portal.theme') || 'auto';
  } catch {}
  const dark =
    choice === 'dark' || (choice === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
})();
