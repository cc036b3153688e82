import { useIntl } from 'react-intl';
import type { Customer } from '../../api/customers';
import { Select } from '../../components/Select';

type Props = {
  customers: Customer[];
  value: string[] | undefined;
  onChange: (ids: string[] | undefined) => void;
  className?: string | undefined;
};

export function CustomerSelect({ customers, value, onChange, className }: Props) {
  const intl = useIntl();
  const chosen = value?.length === 1 ? (value[0] ?? '') : '';
  return (
    <Select
      className={className}
      aria-label={intl.formatMessage({ id: 'filters.customer' })}
      value={chosen}
      onChange={(event) => {
        const id = event.currentTarget.value;
        onChange(id ? [id] : undefined);
      }}
      data={[
        { value: '', label: intl.formatMessage({ id: 'filters.all_customers' }) },
        ...customers.map(({ id, number, name }) => ({ value: id, label: `${number} · ${name}` })),
      ]}
    />
  );
}
