import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { FormattedMessage } from 'react-intl';
import { tagsQuery } from '../../api/tags';
import { TagChip } from '../../components/TagChip';
import classes from './FilterPanel.module.css';

type Props = { value: string[] | undefined; onChange: (ids: string[] | undefined) => void };

/** Documents that carry all of the pressed tags. */
export function TagFilter({ value = [], onChange }: Props) {
  const { data: tags } = useQuery(tagsQuery);
  if (!tags) return null;
  if (tags.length === 0) {
    return (
      <p className={classes.hint}>
        <FormattedMessage id="filters.no_tags" />
      </p>
    );
  }
  const toggle = (id: string) => {
    const next = value.includes(id) ? value.filter((one) => one !== id) : [...value, id];
    onChange(next.length > 0 ? next : undefined);
  };
  return (
    <>
      <div className={classes.tags}>
        {tags.map((tag) => (
          <button
            key={tag.id}
            type="button"
            className={classes.tag}
            aria-pressed={value.includes(tag.id)}
            onClick={() => toggle(tag.id)}
          >
            <TagChip tag={tag} />
          </button>
        ))}
      </div>
      <Link to="/settings/tags" className={classes.manage}>
        <FormattedMessage id="tags.manage" />
      </Link>
    </>
  );
}
