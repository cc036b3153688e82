import { Button, Drawer } from '@mantine/core';
import { FormattedMessage, useIntl } from 'react-intl';
import classes from './FilterDrawer.module.css';
import { FilterPanel } from './FilterPanel';
import type { Filters } from './filters';
import { exactly, type Total } from './total';
import type { Patch } from './useFilters';

type Props = {
  opened: boolean;
  fromBelow: boolean;
  onClose: () => void;
  filters: Filters;
  onPatch: (patch: Patch) => void;
  total: Total | null;
};

/** The filters where there is no room beside the list. They apply at once; the button only says what they leave. */
export function FilterDrawer({ opened, fromBelow, onClose, filters, onPatch, total }: Props) {
  const intl = useIntl();
  return (
    <Drawer.Root
      opened={opened}
      onClose={onClose}
      position={fromBelow ? 'bottom' : 'right'}
      size={fromBelow ? 'auto' : '22rem'}
    >
      <Drawer.Overlay />
      <Drawer.Content radius={fromBelow ? 'lg' : 0}>
        <Drawer.Header role="presentation">
          <Drawer.Title className={classes.title}>
            <FormattedMessage id="filters.title" />
          </Drawer.Title>
          <Drawer.CloseButton aria-label={intl.formatMessage({ id: 'common.close' })} />
        </Drawer.Header>
        <Drawer.Body className={classes.body}>
          <FilterPanel filters={filters} onPatch={onPatch} inDialog />
          <Button fullWidth size="md" onClick={onClose}>
            <FormattedMessage id="filters.show" values={total ?? exactly(0)} />
          </Button>
        </Drawer.Body>
      </Drawer.Content>
    </Drawer.Root>
  );
}
