import { TextInput } from '@mantine/core';
import { useIntl } from 'react-intl';
import { fieldSentence } from '../../api/problem';

export type Names = { first_name: string; last_name: string };

type Props = { names: Names; onChange: (names: Names) => void; error: unknown };

const FIELDS = [
  { name: 'first_name', autoComplete: 'given-name' },
  { name: 'last_name', autoComplete: 'family-name' },
] as const;

export function NameFields({ names, onChange, error }: Props) {
  const intl = useIntl();
  return FIELDS.map(({ name, autoComplete }) => (
    <TextInput
      key={name}
      label={intl.formatMessage({ id: `profile.${name}` })}
      name={name}
      autoComplete={autoComplete}
      required
      withAsterisk={false}
      maxLength={100}
      size="md"
      value={names[name]}
      onChange={(event) => onChange({ ...names, [name]: event.currentTarget.value })}
      error={fieldSentence(intl, error, name)}
    />
  ));
}
