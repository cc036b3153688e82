import { useMutation } from '@tanstack/react-query';
import { api } from '../../api/client';
import { ApiProblem, hasStatus } from '../../api/problem';
import type { Verification } from './verdict';

export type Checked = { name: string; found: Verification };

const MOST_RETRIES = 6;
const PAUSE_SECONDS = 5;

/** Sends a file to be checked; it is not kept there. While too many others are, it stays in line. */
export function useVerify() {
  return useMutation({
    retry: (failures, error) => hasStatus(error, 503) && failures < MOST_RETRIES,
    retryDelay: (_, error) => 1000 * (pauseTold(error) ?? PAUSE_SECONDS),
    mutationFn: async (file: File): Promise<Checked> => {
      const form = new FormData();
      form.append('file', file, 'document.pdf');
      const { data } = await api.POST('/api/v1/verify', {
        body: { file: '' },
        bodySerializer: () => form,
      });
      if (!data) throw new Error('no answer');
      return { name: file.name, found: data };
    },
  });
}

function pauseTold(error: unknown): number | undefined {
  return error instanceof ApiProblem ? error.retryAfter : undefined;
}
