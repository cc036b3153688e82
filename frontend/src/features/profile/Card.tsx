import type { ReactNode } from 'react';
import classes from './Card.module.css';

type Props = {
  title: ReactNode;
  /** One sentence: what this is for. */
  text?: ReactNode;
  status?: ReactNode;
  action?: ReactNode;
  children?: ReactNode;
};

/** One matter of a profile screen. */
export function Card({ title, text, status, action, children }: Props) {
  return (
    <section className={classes.card}>
      <div className={classes.head}>
        <div className={classes.words}>
          <div className={classes.titleLine}>
            <h2 className={classes.title}>{title}</h2>
            {status}
          </div>
          {text && <p className={classes.text}>{text}</p>}
        </div>
        {action && <div className={classes.action}>{action}</div>}
      </div>
      {children}
    </section>
  );
}

type ItemProps = { title: ReactNode; facts: ReactNode[]; icon: ReactNode; action?: ReactNode };

/** One line of a card's list: a session, a passkey, a token. */
export function Item({ title, facts, icon, action }: ItemProps) {
  return (
    <li className={classes.item}>
      <span className={classes.icon} aria-hidden>
        {icon}
      </span>
      <div className={classes.words}>
        <p className={classes.itemTitle}>{title}</p>
        <ul className={classes.facts}>
          {facts.filter(Boolean).map((fact, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: facts keep their places.
            <li key={index}>{fact}</li>
          ))}
        </ul>
      </div>
      {action}
    </li>
  );
}

export function Items({ label, children }: { label: string; children: ReactNode }) {
  return (
    <ul className={classes.items} aria-label={label}>
      {children}
    </ul>
  );
}
