import type { CSSProperties } from 'react';
import { useIntl } from 'react-intl';
import classes from './TagChip.module.css';

type Props = { tag: { name: string; color: string } };

export function TagChip({ tag }: Props) {
  return (
    <span className={classes.chip} style={{ '--tag': tag.color } as CSSProperties}>
      <span className={classes.name}>{tag.name}</span>
    </span>
  );
}

/** The tags on a document, which a screen reader hears as a list of that name. */
export function TagChips({ tags }: { tags: readonly (Props['tag'] & { id: string })[] }) {
  const intl = useIntl();
  return (
    <ul className={classes.chips} aria-label={intl.formatMessage({ id: 'tags.title' })}>
      {tags.map((tag) => (
        <li key={tag.id}>
          <TagChip tag={tag} />
        </li>
      ))}
    </ul>
  );
}
