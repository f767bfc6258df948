import { Button, Checkbox, NativeSelect, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Field } from '../../api/types';
import { useSay, useWording } from '../../text/texts';
import { kNoParts, type DateDraft, type DateParts } from '../../values/date';
import type { DurationParts } from '../../values/duration';
import { idOf, useSurroundings } from '../FieldFrame';
import css from '../form.module.css';

interface PartsProps {
  readonly id: string;
  readonly parts: DateParts;
  readonly wrong: boolean;
  readonly onChange: (parts: DateParts) => void;
}

function monthNames(lang: string): readonly { value: string; label: string }[] {
  const format = new Intl.DateTimeFormat(lang, {
    month: 'long',
    calendar: 'gregory',
    timeZone: 'UTC',
  });
  return Array.from({ length: 12 }, (_, month) => ({
    value: String(month + 1).padStart(2, '0'),
    label: format.format(Date.UTC(2001, month, 1)),
  }));
}

/** Day, month and year apart: who knows only the year leaves the rest empty. */
function DateInputs({ id, parts, wrong, onChange }: PartsProps): ReactNode {
  const { lang, say } = useWording();
  return (
    <div className={css['date']}>
      <TextInput
        id={id}
        label={say('ui.date.day')}
        value={parts.day}
        inputMode="numeric"
        maxLength={2}
        autoComplete="off"
        dir="ltr"
        error={wrong}
        className={css['day'] ?? ''}
        onChange={(event) => onChange({ ...parts, day: event.currentTarget.value })}
      />
      <NativeSelect
        label={say('ui.date.month')}
        value={parts.month}
        error={wrong}
        className={css['month'] ?? ''}
        data={[{ value: '', label: '–' }, ...monthNames(lang)]}
        onChange={(event) => onChange({ ...parts, month: event.currentTarget.value })}
      />
      <TextInput
        label={say('ui.date.year')}
        value={parts.year}
        inputMode="numeric"
        maxLength={4}
        autoComplete="off"
        dir="ltr"
        error={wrong}
        className={css['year'] ?? ''}
        onChange={(event) => onChange({ ...parts, year: event.currentTarget.value })}
      />
    </div>
  );
}

interface DateProps {
  readonly pointer: string;
  readonly id?: string;
  readonly date: DateDraft;
  readonly onChange: (date: DateDraft) => void;
  readonly children?: ReactNode;
}

export function DateAnswer({ pointer, id, date, onChange, children }: DateProps): ReactNode {
  const say = useSay();
  const wrong = useSurroundings().errors.has(pointer);
  const between = date.form === 'between';
  return (
    <div className={css['stack']}>
      <div className={css['row']}>
        <DateInputs
          id={id ?? idOf(pointer)}
          parts={date.from}
          wrong={wrong}
          onChange={(from) => onChange({ ...date, from })}
        />
        {!between && children}
      </div>
      {between && (
        <fieldset className={css['inner']}>
          <legend>{say('ui.date.and')}</legend>
          <DateInputs
            id={`${id ?? idOf(pointer)}-to`}
            parts={date.to}
            wrong={wrong}
            onChange={(to) => onChange({ ...date, to })}
          />
        </fieldset>
      )}
      <div className={css['centred']}>
        {!between && (
          <Checkbox
            label={say('ui.date.estimated')}
            checked={date.estimated}
            className={css['check'] ?? ''}
            onChange={(event) => onChange({ ...date, estimated: event.currentTarget.checked })}
          />
        )}
        <Button
          data-aside
          variant="subtle"
          size="compact-sm"
          onClick={() =>
            onChange({
              ...date,
              form: between ? 'on' : 'between',
              estimated: false,
              to: between ? kNoParts : date.to,
            })
          }
        >
          {between ? say('ui.date.use_one') : say('ui.date.use_between')}
        </Button>
      </div>
    </div>
  );
}

interface InstantProps {
  readonly pointer: string;
  readonly date: DateDraft;
  readonly time: string;
  readonly onChange: (date: DateDraft, time: string) => void;
}

export function InstantAnswer({ pointer, date, time, onChange }: InstantProps): ReactNode {
  const say = useSay();
  const { zone } = useSurroundings();
  return (
    <div className={css['stack']}>
      <DateAnswer
        pointer={pointer}
        date={date}
        onChange={(next) => onChange(next, next.form === 'between' ? '' : time)}
      >
        <TextInput
          label={say('ui.date.time')}
          value={time}
          placeholder="14:30"
          inputMode="numeric"
          maxLength={8}
          autoComplete="off"
          dir="ltr"
          className={css['year'] ?? ''}
          onChange={(event) => onChange(date, event.currentTarget.value)}
        />
      </DateAnswer>
      <div className={css['hint']}>
        {say('ui.date.time_help', { zone: zone.replaceAll('_', ' ') })}
      </div>
    </div>
  );
}

interface DurationProps {
  readonly field: Field;
  readonly pointer: string;
  readonly parts: DurationParts;
  readonly onChange: (parts: DurationParts) => void;
}

export function DurationAnswer({ pointer, parts, onChange }: DurationProps): ReactNode {
  const say = useSay();
  const wrong = useSurroundings().errors.has(pointer);
  const names = [
    'days',
    'hours',
    'minutes',
    ...(parts.seconds === '' ? [] : ['seconds' as const]),
  ] as const;
  return (
    <div className={css['row']}>
      {names.map((name, index) => (
        <TextInput
          key={name}
          id={index === 0 ? idOf(pointer) : undefined}
          label={say(`ui.duration.${name}`)}
          value={parts[name]}
          inputMode="numeric"
          maxLength={6}
          autoComplete="off"
          dir="ltr"
          error={wrong}
          className={css['year'] ?? ''}
          onChange={(event) => onChange({ ...parts, [name]: event.currentTarget.value })}
        />
      ))}
    </div>
  );
}
