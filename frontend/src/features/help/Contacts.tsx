import { IconMail, IconPhone, IconRosetteDiscountCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { portalQuery } from '../../api/session';
import { CopyButton } from '../../components/CopyButton';
import { Section } from '../../components/Section';
import classes from './HelpPage.module.css';

/** How to reach the issuer, and what a company's mail filter has to let through (E1). */
export function Contacts() {
  const { data: portal } = useQuery(portalQuery);
  if (!portal) return <div className={classes.aside} />;
  const { support, mail } = portal;
  return (
    <div className={classes.aside}>
      <Section title={<FormattedMessage id="help.contact" />}>
        <ul className={classes.ways}>
          <li>
            <IconMail size={17} stroke={1.7} aria-hidden />
            <a href={`mailto:${support.email}`}>{support.email}</a>
          </li>
          <li>
            <IconPhone size={17} stroke={1.7} aria-hidden />
            <a href={`tel:${support.phone.replace(/[^+\d]/g, '')}`}>{support.phone}</a>
          </li>
        </ul>
        <p className={classes.small}>
          <FormattedMessage id="help.contact_text" />
        </p>
      </Section>
      <Section title={<FormattedMessage id="help.mail_admin" />}>
        <p className={classes.small}>
          <FormattedMessage id="help.mail_admin_text" />
        </p>
        <dl className={classes.hosts}>
          <Hosts label={<FormattedMessage id="help.sender" />} values={[mail.sender]} />
          <Hosts
            label={<FormattedMessage id="help.sender_domains" />}
            values={mail.sender_domains}
          />
          <Hosts label={<FormattedMessage id="help.link_hosts" />} values={mail.link_hosts} />
        </dl>
      </Section>
      <Section title={<FormattedMessage id="help.genuine" />}>
        <p className={classes.small}>
          <FormattedMessage id="help.genuine_text" />
        </p>
        <p className={classes.check}>
          <IconRosetteDiscountCheck size={17} stroke={1.7} aria-hidden />
          <Link to="/verify">
            <FormattedMessage id="verify.title" />
          </Link>
        </p>
      </Section>
    </div>
  );
}

function Hosts({ label, values }: { label: ReactNode; values: string[] }) {
  const intl = useIntl();
  return (
    <div>
      <dt>{label}</dt>
      {values.map((value) => (
        <dd key={value}>
          <code>{value}</code>
          <CopyButton value={value} label={intl.formatMessage({ id: 'help.copy' }, { value })} />
        </dd>
      ))}
    </div>
  );
}
