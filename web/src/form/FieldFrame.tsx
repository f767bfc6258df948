import { Badge, Button, Menu, Text } from '@mantine/core';
import { IconAlertTriangle, IconChevronDown } from '@tabler/icons-react';
import { createContext, useContext, type ReactNode } from 'react';
import type { Field, JsonObject, RecordEntry } from '../api/types';
import { useSay } from '../text/texts';
import { pointerTo } from '../values/json';
import { kReasons, type FormContext, type Reason } from './draft';
import css from './form.module.css';
import { KeptApart } from './KeptApart';

/** What every question of one form may look at. */
export interface FormSurroundings extends FormContext {
  readonly errors: ReadonlyMap<string, string>;
  readonly notes: ReadonlyMap<string, string>;
  readonly records: readonly RecordEntry[];
  readonly self: string | null;
  /** Pointers that the role may see in part only: changing them would lose what it does not see. */
  readonly locked: ReadonlySet<string>;
  /** Ids of the fields whose answers are kept apart and have not been shown. */
  readonly kept: ReadonlySet<string>;
  readonly ask: (field: Field) => void;
  /** What was shown of them after a new answer had been written. */
  readonly beside: JsonObject;
}

const SurroundingsContext = createContext<FormSurroundings | undefined>(undefined);
export const FormSurroundingsProvider = SurroundingsContext.Provider;

export function useSurroundings(): FormSurroundings {
  const around = useContext(SurroundingsContext);
  if (!around) throw new Error('no form');
  return around;
}

export function idOf(pointer: string): string {
  return `f${pointer.replaceAll('/', '-')}`;
}

/** Moves to the question at `pointer`, or the nearest one around it. */
export function focusQuestion(pointer: string): boolean {
  const frames = [...document.querySelectorAll<HTMLElement>('[data-field]')];
  for (let here = pointer; here !== ''; here = here.slice(0, here.lastIndexOf('/'))) {
    const frame = frames.find(({ dataset }) => dataset['field'] === here);
    if (!frame) continue;
    const target = frame.querySelector<HTMLElement>(
      'input:not([type=hidden]):not(:disabled), select, textarea, [role=combobox], button:not([data-aside])',
    );
    frame.scrollIntoView({ block: 'center' });
    (target ?? frame).focus({ preventScroll: true });
    return true;
  }
  return false;
}

interface FrameProps {
  readonly field: Field;
  readonly pointer: string;
  readonly unknown: Reason | null;
  readonly onUnknown: ((reason: Reason | null) => void) | undefined;
  readonly hint?: string | undefined;
  /** A single control takes its name from a <label>; several stand in a <fieldset>. */
  readonly single: boolean;
  readonly children: ReactNode;
}

/** Title, help, "no answer" and errors around one question, the same for every type. */
export function FieldFrame({
  field,
  pointer,
  unknown,
  onUnknown,
  hint,
  single,
  children,
}: FrameProps): ReactNode {
  const { errors, notes, kept, ask } = useSurroundings();
  const say = useSay();
  const id = idOf(pointer);
  const error = errors.get(pointer);
  const note = notes.get(pointer);
  const title = (
    <>
      <span dir="auto">{field.title}</span>
      {field.required && <span className={css['required']}> · {say('ui.form.required')}</span>}
    </>
  );
  const answered = unknown === null;
  const body = (
    <>
      {field.help && (
        <Text id={`${id}-help`} size="sm" c="dimmed" dir="auto">
          {field.help}
        </Text>
      )}
      {hint && (
        <Text id={`${id}-hint`} size="sm" c="dimmed">
          {hint}
        </Text>
      )}
      {isKept(field, pointer, kept) && <KeptApart field={field} writable onAsk={ask} />}
      {answered ? children : <Unanswered reason={unknown} onAnswer={() => onUnknown?.(null)} />}
      <div aria-live="polite">
        {error && (
          <Text id={`${id}-error`} size="sm" className={css['error']}>
            <IconAlertTriangle size={16} aria-hidden /> {error}
          </Text>
        )}
      </div>
      {note && (
        <Text size="sm" className={css['note']} dir="auto">
          <IconAlertTriangle size={16} aria-hidden /> {note}
        </Text>
      )}
    </>
  );
  const menu = onUnknown && answered && <NoAnswer field={field} onChoose={onUnknown} />;
  const className = error ? `${css['field']} ${css['wrong']}` : css['field'];
  if (single) {
    return (
      <div className={className} data-field={pointer}>
        <div className={css['head']}>
          {answered ? (
            <label htmlFor={id} className={css['title']}>
              {title}
            </label>
          ) : (
            <span className={css['title']}>{title}</span>
          )}
          {menu}
        </div>
        {body}
      </div>
    );
  }
  return (
    <fieldset
      className={className}
      data-field={pointer}
      aria-describedby={describedBy(pointer, field, error)}
    >
      <legend className={css['title']}>{title}</legend>
      {menu && <div className={css['aside']}>{menu}</div>}
      {body}
    </fieldset>
  );
}

/** Whether the answer at `pointer` is kept apart; such fields stand on the first level only. */
export function isKept(field: Field, pointer: string, kept: ReadonlySet<string>): boolean {
  return kept.has(field.id) && pointer === pointerTo('', field.id);
}

export function describedBy(
  pointer: string,
  field: Field,
  error: string | undefined,
): string | undefined {
  const ids = [field.help && `${idOf(pointer)}-help`, error && `${idOf(pointer)}-error`].filter(
    Boolean,
  );
  return ids.length === 0 ? undefined : ids.join(' ');
}

function NoAnswer({
  field,
  onChoose,
}: {
  field: Field;
  onChoose: (reason: Reason) => void;
}): ReactNode {
  const say = useSay();
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <Button
          data-aside
          variant="subtle"
          color="gray"
          size="compact-sm"
          className={css['none'] ?? ''}
          rightSection={<IconChevronDown size={14} aria-hidden />}
          aria-label={say('ui.form.no_answer_for', { field: field.title })}
        >
          {say('ui.form.no_answer')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {kReasons.map((reason) => (
          <Menu.Item key={reason} onClick={() => onChoose(reason)}>
            {say(`ui.unknown.${reason}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function Unanswered({ reason, onAnswer }: { reason: Reason; onAnswer: () => void }): ReactNode {
  const say = useSay();
  return (
    <div className={css['unanswered']}>
      <Badge variant="light" color="gray" size="lg" tt="none">
        {say(`ui.unknown.${reason}`)}
      </Badge>
      <Button variant="subtle" size="compact-sm" onClick={onAnswer}>
        {say('ui.form.give_answer')}
      </Button>
    </div>
  );
}
