import { useIntl } from 'react-intl';
import { CopyButton } from '../../../components/CopyButton';

type Props = { file: string; value: string };

/** A SHA-256 to compare or to copy. */
export function Fingerprint({ file, value }: Props) {
  const intl = useIntl();
  return (
    <div>
      <dt>SHA-256 {file}</dt>
      <dd>
        <code>{value}</code>
        <CopyButton
          value={value}
          label={intl.formatMessage({ id: 'checks.copy_print' }, { file })}
        />
      </dd>
    </div>
  );
}
