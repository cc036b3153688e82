import { useMutation } from '@tanstack/react-query';
import { api } from '../../api/client';
import type { Verification } from './verdict';

export type Checked = { name: string; found: Verification };

/** Sends a file to be checked; it is not kept there. */
export function useVerify() {
  return useMutation({
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
