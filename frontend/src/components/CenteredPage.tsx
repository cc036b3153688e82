import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { portalQuery } from '../api/session';
import { useLanguage } from '../i18n/intl';
import { isLanguage, LANGUAGE_NAMES, LANGUAGES } from '../i18n/locales';
import { Brand } from './Brand';
import classes from './CenteredPage.module.css';
import { Select } from './Select';

type Props = {
  title: ReactNode;
  lead?: ReactNode;
  /** What stands above the title: the place within several steps. */
  above?: ReactNode;
  children?: ReactNode;
  footer?: ReactNode;
};

/** The frame of every screen outside the shell: one card, one thing to do. */
export function CenteredPage({ title, lead, above, children, footer }: Props) {
  const intl = useIntl();
  const { language, changeLanguage } = useLanguage();
  const { data: portal } = useQuery(portalQuery);
  const offered = LANGUAGES.filter((item) => portal?.languages.includes(item) ?? true);
  return (
    <div className={classes.page}>
      <header className={classes.header}>
        <Brand large />
      </header>
      <main className={classes.main}>
        <section className={classes.card}>
          {above}
          <h1 className={classes.title}>{title}</h1>
          {lead && <p className={classes.lead}>{lead}</p>}
          {children}
        </section>
        {footer && <div className={classes.after}>{footer}</div>}
      </main>
      <footer className={classes.footer}>
        <Select
          aria-label={intl.formatMessage({ id: 'common.language' })}
          size="xs"
          value={language}
          data={offered.map((item) => ({ value: item, label: LANGUAGE_NAMES[item] }))}
          onChange={(event) => {
            if (isLanguage(event.currentTarget.value))
              void changeLanguage(event.currentTarget.value);
          }}
        />
        {portal && (
          <p className={classes.help}>
            <FormattedMessage
              id="support.sentence"
              values={{
                phone: (
                  <a href={`tel:${portal.support.phone.replace(/[^+\d]/g, '')}`}>
                    {portal.support.phone}
                  </a>
                ),
                email: <a href={`mailto:${portal.support.email}`}>{portal.support.email}</a>,
              }}
            />
          </p>
        )}
      </footer>
    </div>
  );
}
