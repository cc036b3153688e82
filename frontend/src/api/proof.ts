/** Sensitive changes need a fresh proof of who asks; it is asked for in place, then they go on. */

/** Asks the reader for the proof; false when they would rather not. */
type Prover = () => Promise<boolean>;

let prover: Prover | null = null;
let asking: Promise<boolean> | null = null;

/** Names who asks from now on; the result takes it back. */
export function registerProver(next: Prover): () => void {
  prover = next;
  return () => {
    if (prover === next) prover = null;
  };
}

/** Fetches; when the API wants a proof first, gets it and sends the same request again. */
export async function fetchWithProof(request: Request): Promise<Response> {
  const again = request.clone();
  // Looked up at call time, so that tests can replace it.
  const response = await globalThis.fetch(request);
  if (!(await wantsProof(response)) || !(await prove())) return response;
  return fetchWithProof(again);
}

async function wantsProof(response: Response): Promise<boolean> {
  if (response.status !== 403) return false;
  const body = await response
    .clone()
    .json()
    .catch(() => null);
  return body?.code === 'step_up_required';
}

/** One dialog, however many requests wait for it. */
function prove(): Promise<boolean> {
  if (!prover) return Promise.resolve(false);
  asking ??= prover().finally(() => {
    asking = null;
  });
  return asking;
}
