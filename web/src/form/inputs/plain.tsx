import { MultiSelect, NativeSelect, Radio, Select, Textarea, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Field } from '../../api/types';
import { usePack } from '../../pack/pack';
import { useSay } from '../../text/texts';
import { describedBy, idOf, useSurroundings } from '../FieldFrame';
import css from '../form.module.css';

/** Above this many codes a list is searched and not scanned. */
export const kLongList = 12;
/** Up to this many codes stand open as radio buttons. */
const kShortList = 4;

export interface TextProps {
  readonly field: Field;
  readonly pointer: string;
  readonly text: string;
  readonly onChange: (text: string) => void;
}

export function useControl(
  field: Field,
  pointer: string,
): {
  readonly id: string;
  readonly 'aria-describedby': string | undefined;
  readonly error: boolean;
  readonly 'aria-required': true | undefined;
} {
  const error = useSurroundings().errors.get(pointer);
  return {
    id: idOf(pointer),
    'aria-describedby': describedBy(pointer, field, error),
    error: error !== undefined,
    'aria-required': field.required ? true : undefined,
  };
}

export function TextAnswer({ field, pointer, text, onChange }: TextProps): ReactNode {
  const control = useControl(field, pointer);
  if (field.type === 'long_text') {
    return (
      <Textarea
        {...control}
        dir="auto"
        value={text}
        onChange={(event) => onChange(event.currentTarget.value)}
        rows={Math.min(12, Math.max(4, text.split('\n').length + 1))}
      />
    );
  }
  const numeric = field.type === 'number' || field.type === 'decimal' || field.type === 'scale';
  const unit = field.unit ? <span className={css['unit']}>{field.unit}</span> : undefined;
  return (
    <TextInput
      {...control}
      dir={numeric ? 'ltr' : 'auto'}
      value={text}
      autoComplete="off"
      inputMode={field.type === 'decimal' ? 'decimal' : numeric ? 'numeric' : 'text'}
      className={numeric ? (css['short'] ?? '') : ''}
      rightSection={unit}
      rightSectionWidth={field.unit ? 96 : undefined}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

export interface Choice {
  readonly value: string;
  readonly label: string;
}

interface ChoicesProps extends TextProps {
  readonly choices: readonly Choice[];
}

export function RadioAnswer({ field, pointer, text, choices, onChange }: ChoicesProps): ReactNode {
  return (
    <div className={css['radios']}>
      {choices.map((choice, index) => (
        <Radio
          key={choice.value}
          id={index === 0 ? idOf(pointer) : undefined}
          name={idOf(pointer)}
          value={choice.value}
          checked={text === choice.value}
          label={choice.label}
          className={css['radio'] ?? ''}
          aria-required={field.required}
          onChange={() => onChange(choice.value)}
        />
      ))}
    </div>
  );
}

export function useChoices(field: Field): readonly Choice[] {
  const { pack } = usePack();
  return (pack.codes[field.codes ?? '']?.codes ?? []).map(({ code, label }) => ({
    value: code,
    label,
  }));
}

/** Is the answer given by several controls (radios) and not by one? */
export function standsOpen(field: Field, choices: number): boolean {
  return (
    field.type === 'tri' ||
    isShortScale(field) ||
    (field.type === 'code' && choices > 0 && choices <= kShortList)
  );
}

function isShortScale(field: Field): boolean {
  return (
    field.type === 'scale' &&
    field.min !== undefined &&
    field.max !== undefined &&
    field.max - field.min <= 10
  );
}

export function TriAnswer(props: TextProps): ReactNode {
  const say = useSay();
  const choices = (['yes', 'no', 'unknown'] as const).map((value) => ({
    value,
    label: say(`ui.tri.${value}`),
  }));
  return <RadioAnswer {...props} choices={choices} />;
}

export function ScaleAnswer(props: TextProps): ReactNode {
  const { min = 0, max = 0 } = props.field;
  if (!isShortScale(props.field)) return <TextAnswer {...props} />;
  const choices = Array.from({ length: max - min + 1 }, (_, i) => ({
    value: String(min + i),
    label: String(min + i),
  }));
  return <RadioAnswer {...props} choices={choices} />;
}

export function ChoiceAnswer({ field, pointer, text, choices, onChange }: ChoicesProps): ReactNode {
  const say = useSay();
  const control = useControl(field, pointer);
  if (choices.length > kLongList) {
    return (
      <Select
        {...control}
        data={[...choices]}
        value={text === '' ? null : text}
        searchable
        clearable
        nothingFoundMessage={say('ui.form.nothing_found')}
        placeholder={say('ui.form.search_list')}
        clearButtonProps={{ 'aria-label': say('ui.form.clear') }}
        onChange={(value) => onChange(value ?? '')}
      />
    );
  }
  // A code that the list no longer has must not be lost by looking at it.
  const stray =
    text !== '' && !choices.some((choice) => choice.value === text)
      ? [{ value: text, label: text }]
      : [];
  return (
    <NativeSelect
      {...control}
      value={text}
      onChange={(event) => onChange(event.currentTarget.value)}
      data={[{ value: '', label: say('ui.form.choose') }, ...choices, ...stray]}
    />
  );
}

export function CodeAnswer(props: TextProps): ReactNode {
  const choices = useChoices(props.field);
  return standsOpen(props.field, choices.length) ? (
    <RadioAnswer {...props} choices={choices} />
  ) : (
    <ChoiceAnswer {...props} choices={choices} />
  );
}

interface CodesProps {
  readonly field: Field;
  readonly pointer: string;
  readonly codes: readonly string[];
  readonly onChange: (codes: readonly string[]) => void;
}

export function CodesAnswer({ field, pointer, codes, onChange }: CodesProps): ReactNode {
  const say = useSay();
  const control = useControl(field, pointer);
  const choices = useChoices(field);
  return (
    <MultiSelect
      {...control}
      data={[...choices]}
      value={[...codes]}
      searchable
      clearable
      hidePickedOptions
      nothingFoundMessage={say('ui.form.nothing_found')}
      placeholder={codes.length === 0 ? say('ui.form.choose_some') : ''}
      clearButtonProps={{ 'aria-label': say('ui.form.clear') }}
      onChange={onChange}
    />
  );
}
