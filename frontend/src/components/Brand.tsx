import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { portalQuery } from '../api/session';
import classes from './Brand.module.css';

type Props = { large?: boolean };

/** The issuer's logo, or a monogram in its colour, and its name. */
export function Brand({ large = false }: Props) {
  const { data: portal } = useQuery(portalQuery);
  const name = portal?.name ?? 'I-Portal';
  return (
    <Link to="/" className={classes.brand} data-large={large || undefined}>
      {portal?.logo_url ? (
        <img src={portal.logo_url} alt="" className={classes.logo} />
      ) : (
        <span className={classes.monogram} aria-hidden>
          {initials(name)}
        </span>
      )}
      <span className={classes.name}>{name}</span>
    </Link>
  );
}

function initials(name: string): string {
  return name
    .split(/[\s-]+/)
    .map((word) => word.charAt(0))
    .join('')
    .slice(0, 2)
    .toUpperCase();
}
