import { Button } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconAdjustmentsHorizontal, IconFileExport } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { lazy, useRef, useState } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { customersQuery } from '../../api/customers';
import { OnceOpened } from '../../components/OnceOpened';
import { SearchField } from '../../components/SearchField';
import { usePageTitle } from '../../components/usePageTitle';
import { readPreference, writePreference } from '../../lib/storage';
import { CustomerSelect } from './CustomerSelect';
import classes from './DocumentsPage.module.css';
import { FilterChips } from './FilterChips';
import { FilterPanel } from './FilterPanel';
import { countFilters } from './filters';
import { List } from './List';
import { documentsQuery } from './queries';
import { Shortcuts } from './Shortcuts';
import { exactly, totalOf } from './total';
import { useFilters } from './useFilters';
import { ViewsMenu } from './views/ViewsMenu';

const FilterDrawer = lazy(async () => ({ default: (await import('./FilterDrawer')).FilterDrawer }));

const ExportDialog = lazy(async () => ({
  default: (await import('./export/ExportDialog')).ExportDialog,
}));

const PHONE = '(max-width: 48em)';
const ROOMY = '(min-width: 80em)';
const WIDE = '(min-width: 84em)';
const now = { getInitialValueInEffect: false };

export function DocumentsPage() {
  const intl = useIntl();
  const { filters, patch, reset, sortBy, turnPage } = useFilters();
  const isPhone = useMediaQuery(PHONE, false, now) ?? false;
  const isRoomy = useMediaQuery(ROOMY, true, now) ?? true;
  const isWide = useMediaQuery(WIDE, true, now) ?? true;
  const [choice, setChoice] = useState(() => readPreference('filters'));
  const [drawerOpen, setDrawerOpen] = useState(false);
  const [exportOpen, setExportOpen] = useState(false);
  const search = useRef<HTMLInputElement>(null);
  const documents = useQuery(documentsQuery(filters));
  const { data: customers = [] } = useQuery(customersQuery);
  usePageTitle(intl.formatMessage({ id: 'documents.title' }));

  const panelOpen = isRoomy && (choice ? choice === 'open' : isWide);
  const active = countFilters(filters);
  const total = totalOf(documents.data);

  const toggleFilters = () => {
    if (!isRoomy) {
      setDrawerOpen(true);
      return;
    }
    const next = panelOpen ? 'closed' : 'open';
    writePreference('filters', next);
    setChoice(next);
  };

  return (
    <div className={classes.page} data-panel={panelOpen || undefined}>
      <div className={classes.content}>
        <div className={classes.heading}>
          <h1 className={classes.title}>
            <FormattedMessage id="documents.title" />
          </h1>
          <p role="status" className={classes.total}>
            {total && (
              <FormattedMessage
                id={active > 0 ? 'documents.matching' : 'documents.total'}
                values={total}
              />
            )}
          </p>
          <Shortcuts searchField={search} className={classes.shortcuts} />
        </div>
        <div className={classes.toolbar}>
          <SearchField
            ref={search}
            className={classes.search}
            label={intl.formatMessage({ id: 'filters.search' })}
            value={filters.q ?? ''}
            onChange={(text) => patch({ q: text || undefined })}
          />
          {customers.length > 1 && (
            <CustomerSelect
              className={classes.customer}
              customers={customers}
              value={filters.customer_id}
              onChange={(customer_id) => patch({ customer_id })}
            />
          )}
          <ViewsMenu filters={filters} className={classes.toolButton} />
          <Button
            variant="default"
            className={classes.toolButton}
            leftSection={<IconFileExport size={16} stroke={1.8} aria-hidden />}
            onClick={() => setExportOpen(true)}
          >
            <FormattedMessage id="export.button" />
          </Button>
          <Button
            variant="default"
            className={classes.toolButton}
            leftSection={<IconAdjustmentsHorizontal size={16} stroke={1.8} aria-hidden />}
            aria-expanded={isRoomy ? panelOpen : drawerOpen}
            onClick={toggleFilters}
          >
            <FormattedMessage id="filters.button" values={{ count: active }} />
          </Button>
        </div>
        <FilterChips filters={filters} customers={customers} onPatch={patch} onReset={reset} />
        <List
          filters={filters}
          query={documents}
          hasNoCustomer={total?.count === 0 && customers.length === 0}
          asCards={isPhone}
          onSort={sortBy}
          onTurn={turnPage}
          onReset={reset}
        />
      </div>
      {panelOpen && (
        <aside className={classes.panel} aria-label={intl.formatMessage({ id: 'filters.title' })}>
          <h2 className={classes.panelTitle}>
            <FormattedMessage id="filters.title" />
          </h2>
          <FilterPanel filters={filters} onPatch={patch} />
        </aside>
      )}
      <OnceOpened opened={exportOpen}>
        <ExportDialog
          opened={exportOpen}
          onClose={() => setExportOpen(false)}
          filters={filters}
          ids={null}
          total={total ?? exactly(0)}
        />
      </OnceOpened>
      <OnceOpened opened={!isRoomy && drawerOpen}>
        <FilterDrawer
          opened={!isRoomy && drawerOpen}
          fromBelow={isPhone}
          onClose={() => setDrawerOpen(false)}
          filters={filters}
          onPatch={patch}
          total={total}
        />
      </OnceOpened>
    </div>
  );
}
