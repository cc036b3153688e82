/** The questions of the help page, in their groups; texts are the messages `help.NAME_q` and `_a`. */
export const GROUPS = [
  {
    name: 'account',
    questions: ['activate', 'several', 'lost_invitation', 'forgot', 'address', 'sign_out'],
  },
  { name: 'mfa', questions: ['mfa_on', 'new_phone', 'mfa_off'] },
  {
    name: 'documents',
    questions: ['find', 'detail', 'several_files', 'tags', 'keep', 'missing', 'accounting'],
  },
  { name: 'sharing', questions: ['share', 'new_number', 'shared_address', 'hand_over'] },
  { name: 'mails', questions: ['attachments', 'no_mail', 'link', 'forged', 'post'] },
] as const;

export type Question = (typeof GROUPS)[number]['questions'][number];

/** Letters and digits alone, without accents or case: what people type finds what was written. */
export function bare(text: string): string {
  return text
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

/** Whether a text has all the words that are looked for, or their beginnings. */
export function hasWords(text: string, wanted: string): boolean {
  const words = bare(text).split(' ');
  return bare(wanted)
    .split(' ')
    .every((word) => words.some((other) => other.startsWith(word)));
}
