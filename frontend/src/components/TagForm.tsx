import '@mantine/core/styles/ColorPicker.layer.css';
import '@mantine/core/styles/ColorSwatch.layer.css';
import { Button, ColorPicker, TextInput } from '@mantine/core';
import { type CSSProperties, type ReactNode, useId, useState } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { fieldSentence } from '../api/problem';
import { TAG_NAME_LENGTH } from '../api/tags';
import { isHexColor, TAG_COLORS } from '../lib/tag-colors';
import dialog from './Dialog.module.css';
import { ProblemNotice } from './Message';
import { TagChip } from './TagChip';
import classes from './TagForm.module.css';

export type TagDraft = { name: string; color: string };

type Props = {
  initial: TagDraft;
  submit: ReactNode;
  error: unknown;
  isPending: boolean;
  onSubmit: (draft: TagDraft) => void;
  onCancel: () => void;
  children?: ReactNode;
};

/** A tag's name and colour, with a preview of the chip as readers will see it. */
export function TagForm({
  initial,
  submit,
  error,
  isPending,
  onSubmit,
  onCancel,
  children,
}: Props) {
  const intl = useIntl();
  const [name, setName] = useState(initial.name);
  const [color, setColor] = useState(initial.color);
  const [missing, setMissing] = useState(false);
  const trimmed = name.trim();
  const nameError =
    missing && !trimmed
      ? intl.formatMessage({ id: 'tags.name_missing' })
      : fieldSentence(intl, error, 'name');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        setMissing(!trimmed);
        if (trimmed && isHexColor(color)) onSubmit({ name: trimmed, color });
      }}
    >
      {!nameError && <ProblemNotice error={error} />}
      <div className={classes.fields}>
        <TextInput
          label={intl.formatMessage({ id: 'tags.name' })}
          value={name}
          maxLength={TAG_NAME_LENGTH}
          autoComplete="off"
          data-autofocus
          error={nameError}
          description={intl.formatMessage(
            { id: 'tags.name_length' },
            { length: [...name].length, most: TAG_NAME_LENGTH },
          )}
          inputWrapperOrder={['label', 'input', 'error', 'description']}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <ColorField value={color} onChange={setColor} />
        {children}
        <div className={classes.preview}>
          <span className={classes.previewLabel}>
            <FormattedMessage id="tags.preview" />
          </span>
          <TagChip
            tag={{
              name: trimmed || intl.formatMessage({ id: 'tags.name' }),
              color: isHexColor(color) ? color : initial.color,
            }}
          />
        </div>
      </div>
      <div className={dialog.actions}>
        <Button variant="default" onClick={onCancel}>
          <FormattedMessage id="common.cancel" />
        </Button>
        <Button type="submit" loading={isPending}>
          {submit}
        </Button>
      </div>
    </form>
  );
}

/** Ten colours that differ well, or any other. */
function ColorField({ value, onChange }: { value: string; onChange: (color: string) => void }) {
  const intl = useIntl();
  const id = useId();
  const isOwn = !TAG_COLORS.some(({ hex }) => hex === value);
  const [picking, setPicking] = useState(isOwn);
  return (
    <fieldset className={classes.colors}>
      <legend>
        <FormattedMessage id="tags.color" />
      </legend>
      <div className={classes.swatches}>
        {TAG_COLORS.map(({ name, hex }) => (
          <label key={hex} className={classes.swatch} style={{ '--tag': hex } as CSSProperties}>
            <input
              type="radio"
              name={id}
              checked={!picking && value === hex}
              aria-label={intl.formatMessage({ id: `color.${name}` })}
              title={intl.formatMessage({ id: `color.${name}` })}
              onChange={() => {
                setPicking(false);
                onChange(hex);
              }}
            />
          </label>
        ))}
        <label className={classes.own}>
          <input type="radio" name={id} checked={picking} onChange={() => setPicking(true)} />
          <FormattedMessage id="color.own" />
        </label>
      </div>
      {picking && (
        <div className={classes.picker}>
          <ColorPicker
            format="hex"
            fullWidth
            value={isHexColor(value) ? value : '#000000'}
            onChange={onChange}
            saturationLabel={intl.formatMessage({ id: 'color.saturation' })}
            hueLabel={intl.formatMessage({ id: 'color.hue' })}
          />
          <TextInput
            label={intl.formatMessage({ id: 'color.hex' })}
            value={value}
            maxLength={7}
            autoComplete="off"
            spellCheck={false}
            error={isHexColor(value) ? undefined : intl.formatMessage({ id: 'color.invalid' })}
            onChange={(event) => onChange(event.currentTarget.value.trim().toLowerCase())}
          />
        </div>
      )}
    </fieldset>
  );
}
