import { FormattedMessage } from 'react-intl';
import { hasStatus } from '../../../api/problem';
import { CenteredPage } from '../../../components/CenteredPage';
import { CodeStep } from '../../../components/CodeStep';
import { SeedPanel } from '../../../components/SeedPanel';
import { Steps } from '../../../components/Steps';
import { BackButton } from '../BackButton';
import type { Enrolment } from './useEnrolment';

type Props = { enrolment: Enrolment; onBack: () => void };

/** Step 4: the QR code, and the app's first code; then two-factor authentication is on. */
export function ScanStep({ enrolment, onBack }: Props) {
  const { seed, confirm } = enrolment;
  return (
    <CenteredPage
      above={<Steps step={4} of={4} />}
      title={<FormattedMessage id="two_factor.scan_title" />}
      lead={<FormattedMessage id="two_factor.scan_lead" />}
    >
      {seed && <SeedPanel seed={seed} />}
      <CodeStep
        submit={<FormattedMessage id="common.confirm" />}
        request={{
          ...confirm,
          mutate: (code) =>
            confirm.mutate(
              { body: { code } },
              {
                // The wizard took longer than it may: the address is asked for once more.
                onError: (error: unknown) => hasStatus(error, 409) && onBack(),
              },
            ),
        }}
      >
        <BackButton onBack={onBack} />
      </CodeStep>
    </CenteredPage>
  );
}
