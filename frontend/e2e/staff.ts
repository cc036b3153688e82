import { expect, type Page } from '@playwright/test';
import { codeTo } from './mailbox.ts';
import { hand, Phone } from './phone.ts';
import { change } from './portal.ts';

export const STAFF_PASSWORD = 'lampe de bureau, tiroir vert';

export type StaffMember = { email: string; recovery: string; phone: Phone };

/**
 * A new member of the administration, signed in on this page with the second factor that staff
 * need; what they see meanwhile has its own tests.
 */
export async function becomeStaff(page: Page, name: string): Promise<StaffMember> {
  const run = `${name.toLowerCase()}.${Date.now()}`;
  const email = `${run}@lumen-lease.example`;
  const recovery = `${run}@boite-privee.example`;
  const printed = hand('iportal', 'create-staff', email);
  const token = /invitations\/(\S+)$/m.exec(printed)?.[1];
  await page.goto('/sign-in');
  await change(page, 'POST', `/auth/invitations/${token}/accept`, { password: STAFF_PASSWORD });
  await change(page, 'PATCH', '/me', { first_name: name, last_name: 'Bureau', language: 'en' });
  const asked = Date.now();
  await change(page, 'POST', '/me/mfa/enrolment', { recovery_email: recovery });
  const code = await codeTo(recovery, asked);
  const { secret } = await change(page, 'POST', '/me/mfa/enrolment/recovery-code', { code });
  const phone = new Phone();
  phone.learn(secret);
  await change(page, 'POST', '/me/mfa/enrolment/confirm', { code: await phone.code() });
  return { email, recovery, phone };
}

/** Gives e-mail address and password; the code is asked for next. */
export async function enterStaffPassword(page: Page, { email }: StaffMember): Promise<void> {
  await page.goto('/sign-in');
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(STAFF_PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Enter your code' })).toBeVisible();
}
