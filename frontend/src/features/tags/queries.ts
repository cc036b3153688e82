import { useQueryClient } from '@tanstack/react-query';
import { $api } from '../../api/client';
import { TAGS } from '../../api/tags';

/** Tags stand on documents too: both are asked for again after a change. */
function useRefresh() {
  const client = useQueryClient();
  return () => {
    void client.invalidateQueries({ queryKey: TAGS });
    void client.invalidateQueries({ queryKey: ['get', '/api/v1/documents'] });
    client.removeQueries({ queryKey: ['get', '/api/v1/documents/{document_id}'] });
  };
}

export function useCreateTag() {
  return $api.useMutation('post', '/api/v1/tags', { onSuccess: useRefresh() });
}

export function useChangeTag() {
  return $api.useMutation('patch', '/api/v1/tags/{tag_id}', { onSuccess: useRefresh() });
}

export function useDeleteTag() {
  return $api.useMutation('delete', '/api/v1/tags/{tag_id}', { onSuccess: useRefresh() });
}

export function useRestoreTag() {
  return $api.useMutation('post', '/api/v1/tags/{deleted_tag_id}/restore', {
    onSuccess: useRefresh(),
  });
}
