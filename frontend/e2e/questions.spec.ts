import { expect, test } from '@playwright/test';
import { mailTo } from './mailbox.ts';
import { findDocument, reader, speakEnglish } from './portal.ts';

test('a question about a document reaches the administration', async ({ page }) => {
  await speakEnglish(page);
  const { support } = await (await page.request.get('/api/v1/portal')).json();
  const found = await findDocument(page, ({ files }) => files.includes('pdf'), '&kind=invoice');
  await page.goto(`/documents/${found.id}`);
  await page.getByRole('button', { name: 'Ask about this document' }).click();

  const dialog = page.getByRole('dialog', { name: `Question about Invoice ${found.number}` });
  await expect(dialog).toContainText(reader.email);
  const question = dialog.getByLabel('Your question');
  await expect(question).toBeFocused();
  await expect(dialog.getByRole('button', { name: 'Send' })).toBeDisabled();
  const asked = `Is ${found.number} paid twice?`;
  await question.fill(asked);

  // What is written stays when the dialog is closed by mistake.
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await page.getByRole('button', { name: 'Ask about this document' }).click();
  await expect(question).toHaveValue(asked);

  await dialog.getByRole('button', { name: 'Send' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByText('Your question was sent.')).toBeVisible();
  await expect(page.getByText('Question sent to the administration')).toBeVisible();
  const mail = await mailTo(support.email, ({ text }) => text.includes(asked));
  expect(mail.subject).toContain(found.number);
});
