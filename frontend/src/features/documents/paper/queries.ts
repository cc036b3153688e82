import { $api } from '../../../api/client';

const REQUESTS = '/api/v1/paper-requests';

/** The newest request for a copy of this document on paper, if there is one. */
export function paperRequestQuery(documentId: string) {
  const query = { document_id: documentId, limit: 1 };
  return $api.queryOptions('get', REQUESTS, { params: { query } }, { staleTime: 0 });
}
