import { Button } from '@mantine/core';
import { FormattedMessage } from 'react-intl';

type Props = {
  list: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown };
};

export function MoreButton({ list }: Props) {
  if (!list.hasNextPage) return null;
  return (
    <Button
      variant="subtle"
      mt="sm"
      loading={list.isFetchingNextPage}
      onClick={() => void list.fetchNextPage()}
    >
      <FormattedMessage id="common.more" />
    </Button>
  );
}
