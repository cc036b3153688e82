import { useMutation } from '@tanstack/react-query';
import { api } from '../../api/client';
import type { Schema } from '../../api/schemas';

export type Report = Schema['ValidationReport'];
export type Validated = { name: string; report: Report };

/** Sends a UBL file to be checked as publishing does; it is not kept there. */
export function useValidate() {
  return useMutation({
    mutationFn: async (file: File): Promise<Validated> => {
      const form = new FormData();
      form.append('ubl', file, 'document.xml');
      const { data } = await api.POST('/api/v1/issuer/validations', {
        body: { ubl: '' },
        bodySerializer: () => form,
      });
      if (!data) throw new Error('no answer');
      return { name: file.name, report: data };
    },
  });
}
