import { useDeferredValue } from 'react';
import type { Document } from './queries';

/** The documents to draw: a screenful, the `first` ones, at once; the others when that is there. */
export function useDrawn(documents: Document[], first: number): Document[] {
  return useDeferredValue(documents, documents.slice(0, first));
}
