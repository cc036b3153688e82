import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '../../../api/client';
import type { Schema } from '../../../api/schemas';

export type ImportReport = Schema['CustomerImport'];
type Wanted = { file: File; isDryRun: boolean };

/** Sends a CSV file of customer numbers: first to learn what would happen, then to do it. */
export function useImport() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ file, isDryRun }: Wanted): Promise<ImportReport> => {
      const form = new FormData();
      form.append('file', file);
      const { data } = await api.POST('/api/v1/issuer/customers/import', {
        params: { query: { dry_run: isDryRun } },
        body: { file: '' },
        bodySerializer: () => form,
      });
      if (!data) throw new Error('no answer');
      return data;
    },
    // Also after a failure: what was written before it stays.
    onSettled: (_report, _error, { isDryRun }) => {
      if (!isDryRun)
        void client.invalidateQueries({ queryKey: ['get', '/api/v1/issuer/customers'] });
    },
  });
}
