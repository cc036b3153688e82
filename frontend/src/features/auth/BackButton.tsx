import { Button } from '@mantine/core';
import { FormattedMessage } from 'react-intl';

export function BackButton({ onBack }: { onBack: () => void }) {
  return (
    <Button variant="subtle" color="gray" onClick={onBack}>
      <FormattedMessage id="common.back" />
    </Button>
  );
}
