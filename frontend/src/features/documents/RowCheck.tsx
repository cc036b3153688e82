import { useIntl } from 'react-intl';
import type { Document } from './queries';
import classes from './RowCheck.module.css';

type Props = {
  document: Document;
  isChosen: boolean;
  onChoose: (document: Document, on: boolean, asRange: boolean) => void;
};

/** The browser's own checkbox: fifty of Mantine's cost seconds on a phone. */
export function RowCheck({ document, isChosen, onChoose }: Props) {
  const intl = useIntl();
  return (
    <label className={classes.check}>
      <input
        type="checkbox"
        data-row-check
        checked={isChosen}
        aria-label={intl.formatMessage({ id: 'selection.choose' }, { number: document.number })}
        onChange={(event) => {
          const { shiftKey } = event.nativeEvent as unknown as MouseEvent;
          onChoose(document, event.currentTarget.checked, shiftKey === true);
        }}
      />
    </label>
  );
}

type PageProps = { state: 'all' | 'some' | 'none'; onChoose: (on: boolean) => void };

/** Ticks the whole page, or none of it. */
export function PageCheck({ state, onChoose }: PageProps) {
  const intl = useIntl();
  return (
    <label className={classes.check}>
      <input
        ref={(input) => {
          if (input) input.indeterminate = state === 'some';
        }}
        type="checkbox"
        checked={state === 'all'}
        aria-label={intl.formatMessage({ id: 'selection.choose_page' })}
        onChange={() => onChoose(state !== 'all')}
      />
    </label>
  );
}
