import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiProblem, hasStatus } from '../api/problem';

/** A refusal is final; an unreachable or overloaded server is worth a second and a third try. */
function worthRetrying(failures: number, error: unknown): boolean {
  if (error instanceof ApiProblem && error.status < 502) return false;
  return failures < 2;
}

/** `onSignedOut` hears of a session that ended, whatever call noticed it. */
export function createQueryClient(onSignedOut: () => void): QueryClient {
  const onError = (error: unknown) => {
    if (hasStatus(error, 401) && error.code === 'unauthenticated') onSignedOut();
  };
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: { retry: worthRetrying, staleTime: 30_000, refetchOnWindowFocus: false },
      mutations: { retry: false },
    },
  });
}
