import { expect } from '@playwright/test';
import { required } from './portal.ts';

export type Mail = { subject: string; text: string; html: string; to: string[]; received: string };

/** The mails to an address, newest first, as the mailbox of `iportal run` shows them. */
export async function mailsTo(address: string): Promise<Mail[]> {
  const url = new URL('messages.json', required('E2E_MAILBOX_URL'));
  url.searchParams.set('to', address);
  const { messages } = (await (await fetch(url)).json()) as { messages: Mail[] };
  return messages;
}

/** The newest mail to an address that fits; waits until the worker has sent it. */
export async function mailTo(
  address: string,
  fits: (mail: Mail) => boolean,
  since = 0,
): Promise<Mail> {
  let found: Mail | undefined;
  await expect
    .poll(
      async () => {
        const mails = await mailsTo(address);
        found = mails.find((mail) => Date.parse(mail.received) >= since && fits(mail));
        return found !== undefined;
      },
      { message: `a mail to ${address}`, timeout: 60_000, intervals: [200] },
    )
    .toBe(true);
  if (!found) throw new Error('unreachable');
  return found;
}

/** The code in the newest mail: the only six digits on their own in its text. */
export async function codeTo(address: string, since: number): Promise<string> {
  const mail = await mailTo(address, ({ text }) => CODE.test(text), since);
  return CODE.exec(mail.text)?.[0] ?? '';
}

const CODE = /(?<!\d)\d{6}(?!\d)/;

/** The address on a line of its own that leads to a page of the portal. */
export function linkIn(mail: Mail, path: string): string {
  const lines = mail.text.split(/\r?\n/).filter((line) => line.includes(`/${path}/`));
  expect(lines).toHaveLength(1);
  expect(mail.html).toContain(`href="${lines[0]}"`);
  return lines[0] ?? '';
}
