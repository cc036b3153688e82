import type { CSSProperties, ReactNode } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import type { MessageId } from '../i18n/intl';
import classes from './Page.module.css';
import { usePageTitle } from './usePageTitle';

type Named<Part extends string> = MessageId extends infer Id
  ? Id extends `${infer Name}.${Part}`
    ? Name
    : never
  : never;

type PageProps = {
  /** What the page is about: its messages are `NAME.title` and `NAME.lead`. */
  name: Named<'title'> & Named<'lead'>;
  /** How wide its content may become, in rem. */
  width?: number;
  /** What can be done on the page, beside its title. */
  action?: ReactNode;
  children: ReactNode;
};

/** A page of the portal: its title, a sentence about it, and its content. */
export function Page({ name, width = 60, action, children }: PageProps) {
  const intl = useIntl();
  const title = intl.formatMessage({ id: `${name}.title` });
  usePageTitle(title);
  return (
    <div className={classes.page} style={{ '--page-width': `${width}rem` } as CSSProperties}>
      <div className={classes.heading}>
        <div>
          <h1 className={classes.title}>{title}</h1>
          <p className={classes.lead}>
            <FormattedMessage id={`${name}.lead`} />
          </p>
        </div>
        {action}
      </div>
      {children}
    </div>
  );
}

/** A surface with a border around what belongs together; a list of rows is a `ul`. */
export function Frame({ as: Tag = 'div', children }: { as?: 'div' | 'ul'; children: ReactNode }) {
  return <Tag className={classes.frame}>{children}</Tag>;
}
