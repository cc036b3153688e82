import { FormattedMessage, useIntl } from 'react-intl';
import { CopyButton } from './CopyButton';
import classes from './SeedPanel.module.css';

type Props = { seed: { secret: string; otpauth_uri: string; qr_svg: string } };

/** What the authenticator app needs: a QR code to scan, and the same as a key to type or copy. */
export function SeedPanel({ seed }: Props) {
  const intl = useIntl();
  const groups = seed.secret.match(/.{1,4}/g)?.join(' ') ?? seed.secret;
  return (
    <div className={classes.seed}>
      <img
        className={classes.qr}
        src={`data:image/svg+xml,${encodeURIComponent(seed.qr_svg)}`}
        alt={intl.formatMessage({ id: 'seed.qr_alt' })}
        width={196}
        height={196}
      />
      <p className={classes.open}>
        <a href={seed.otpauth_uri}>
          <FormattedMessage id="seed.open_app" />
        </a>
      </p>
      <div className={classes.key}>
        <div>
          <p className={classes.keyLabel}>
            <FormattedMessage id="seed.key" />
          </p>
          <code>{groups}</code>
        </div>
        <CopyButton value={seed.secret} label={intl.formatMessage({ id: 'seed.copy' })} isSecret />
      </div>
    </div>
  );
}
