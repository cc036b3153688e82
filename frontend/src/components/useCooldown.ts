import { useEffect, useState } from 'react';
import { hasStatus } from '../api/problem';

/** Whether the API asked to wait (429), until the time it named has passed. */
export function useCooldown(error: unknown): boolean {
  const [passed, setPassed] = useState<unknown>(null);
  const seconds = hasStatus(error, 429) ? (error.retryAfter ?? 60) : 0;

  useEffect(() => {
    if (seconds === 0) return undefined;
    const timer = setTimeout(() => setPassed(error), seconds * 1000);
    return () => clearTimeout(timer);
  }, [error, seconds]);

  return seconds > 0 && passed !== error;
}
