import type { ReactNode } from 'react';
import classes from './Section.module.css';

type Props = { title: ReactNode; children: ReactNode };

export function Section({ title, children }: Props) {
  return (
    <section className={classes.section}>
      <h2 className={classes.title}>{title}</h2>
      {children}
    </section>
  );
}

type FactProps = { label: ReactNode; children: ReactNode };

/** One line of a `<dl className="facts">`. */
export function Fact({ label, children }: FactProps) {
  return (
    <div className={classes.fact}>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

export function FactList({ children }: { children: ReactNode }) {
  return <dl className={classes.facts}>{children}</dl>;
}
