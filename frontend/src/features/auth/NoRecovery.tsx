import { Button } from '@mantine/core';
import { FormattedMessage } from 'react-intl';
import { CenteredPage } from '../../components/CenteredPage';
import forms from '../../components/forms.module.css';

/** No recovery mailbox: only the administration can help, and its address is below the card. */
export function NoRecovery({ onBack }: { onBack: () => void }) {
  return (
    <CenteredPage
      title={<FormattedMessage id="lost_phone.title" />}
      lead={<FormattedMessage id="lost_phone.none_lead" />}
    >
      <div className={forms.form}>
        <Button size="md" variant="default" onClick={onBack}>
          <FormattedMessage id="common.back" />
        </Button>
      </div>
    </CenteredPage>
  );
}
