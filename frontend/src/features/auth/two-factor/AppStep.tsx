import { Button } from '@mantine/core';
import { FormattedMessage } from 'react-intl';
import { CenteredPage } from '../../../components/CenteredPage';
import forms from '../../../components/forms.module.css';
import { Steps } from '../../../components/Steps';
import { BackButton } from '../BackButton';
import classes from './TwoFactor.module.css';

const APPS = [
  {
    name: 'Microsoft Authenticator',
    ios: 'https://apps.apple.com/app/id983156458',
    android: 'https://play.google.com/store/apps/details?id=com.azure.authenticator',
  },
  {
    name: 'Google Authenticator',
    ios: 'https://apps.apple.com/app/id388497605',
    android: 'https://play.google.com/store/apps/details?id=com.google.android.apps.authenticator2',
  },
];

type Props = { onContinue: () => void; onBack: () => void };

/** Step 1: an authenticator app on the phone. */
export function AppStep({ onContinue, onBack }: Props) {
  return (
    <CenteredPage
      above={<Steps step={1} of={4} />}
      title={<FormattedMessage id="two_factor.app_title" />}
      lead={<FormattedMessage id="two_factor.app_lead" />}
    >
      <ul className={classes.apps}>
        {APPS.map(({ name, ios, android }) => (
          <li key={name}>
            <strong>{name}</strong>
            <span className={classes.stores}>
              <a href={ios} target="_blank" rel="noreferrer" aria-label={`${name}, App Store`}>
                App Store
              </a>
              <a
                href={android}
                target="_blank"
                rel="noreferrer"
                aria-label={`${name}, Google Play`}
              >
                Google Play
              </a>
            </span>
          </li>
        ))}
      </ul>
      <p className={classes.note}>
        <FormattedMessage id="two_factor.app_other" />
      </p>
      <div className={forms.form}>
        <Button size="md" fullWidth autoFocus onClick={onContinue}>
          <FormattedMessage id="common.continue" />
        </Button>
        <BackButton onBack={onBack} />
      </div>
    </CenteredPage>
  );
}
