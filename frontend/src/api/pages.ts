/** How the lists of the API go on: by an opaque cursor, null on the last page. */
export const BY_CURSOR = {
  pageParamName: 'cursor',
  // Null, which leaves the parameter out; undefined would be sent as 0.
  initialPageParam: null,
  getNextPageParam: ({ next_cursor: next }: { next_cursor: string | null }) => next,
};
