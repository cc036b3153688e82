import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useIntl } from 'react-intl';
import { portalQuery } from '../../api/session';
import classes from './HelpPage.module.css';
import type { Question } from './questions';

const PAGES = {
  forgot: '/password/forgot',
  invite: '/invitations/new',
  verify: '/verify',
  recovery: '/profile/recovery',
  security: '/profile/security',
  tokens: '/profile/tokens',
  documents: '/documents',
  downloads: '/downloads',
  tags: '/settings/tags',
  sharing: '/shared-users',
  customers: '/customers',
} as const;

type Chunks = ReactNode[];

/** Question and answer in the reader's language, with the issuer's own facts and the ways to go. */
export function useAnswers() {
  const intl = useIntl();
  const { data: portal } = useQuery(portalQuery);
  const support = portal?.support ?? { email: '', phone: '' };
  const links = Object.fromEntries(
    Object.entries(PAGES).map(([name, to]) => [
      name,
      (text: Chunks) => (
        <Link key={name} to={to}>
          {text}
        </Link>
      ),
    ]),
  );
  const values = {
    ...links,
    years: portal?.retention_years ?? 0,
    most: portal?.max_tags_per_document ?? 0,
    hosts: portal?.mail.link_hosts.join(', ') ?? '',
    domains: portal?.mail.sender_domains.join(', ') ?? '',
    email: support.email,
    phone: support.phone,
    mail: (text: Chunks) => (
      <a key="mail" href={`mailto:${support.email}`}>
        {text}
      </a>
    ),
    steps: (text: Chunks) => (
      <ol key="steps" className={classes.steps}>
        {text}
      </ol>
    ),
    li: (text: Chunks) => <li key={String(text)}>{text}</li>,
  };
  const plain = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      typeof value === 'function' ? (text: string[]) => ` ${text.join('')} ` : value,
    ]),
  );
  return {
    question: (name: Question) => intl.formatMessage({ id: `help.${name}_q` }),
    answer: (name: Question) => intl.formatMessage({ id: `help.${name}_a` }, values),
    words: (name: Question) =>
      `${intl.formatMessage({ id: `help.${name}_q` })} ${intl.formatMessage({ id: `help.${name}_a` }, plain)}`,
  };
}
