import { Select, TextInput } from '@mantine/core';
import { useCallback, useMemo, type ReactNode } from 'react';
import { service } from '../../api/calls';
import { useLoad } from '../../parts/load';
import { usePack } from '../../pack/pack';
import { useAccess } from '../../session/session';
import { useWording } from '../../text/texts';
import { recordLine, whenText } from '../../values/describe';
import { textOf } from '../../values/json';
import type { Draft } from '../draft';
import { idOf, useSurroundings } from '../FieldFrame';
import css from '../form.module.css';
import { ChoiceAnswer, type Choice, type TextProps } from './plain';

type MoneyDraft = Extract<Draft, { as: 'money' }>;

export function MoneyAnswer({
  pointer,
  draft,
  onChange,
}: {
  readonly pointer: string;
  readonly draft: MoneyDraft;
  readonly onChange: (draft: MoneyDraft) => void;
}): ReactNode {
  const { lang, say } = useWording();
  const wrong = useSurroundings().errors.has(pointer);
  const currencies = useMemo(() => {
    const names = new Intl.DisplayNames(lang, { type: 'currency' });
    return Intl.supportedValuesOf('currency').map((code) => ({
      value: code,
      label: `${code} · ${names.of(code) ?? ''}`,
    }));
  }, [lang]);
  return (
    <div className={css['row']}>
      <TextInput
        id={idOf(pointer)}
        label={say('ui.money.amount')}
        value={draft.amount}
        inputMode="decimal"
        dir="ltr"
        autoComplete="off"
        error={wrong}
        className={css['time'] ?? ''}
        onChange={(event) => onChange({ ...draft, amount: event.currentTarget.value })}
      />
      <Select
        label={say('ui.money.currency')}
        data={currencies}
        value={draft.currency === '' ? null : draft.currency}
        searchable
        limit={40}
        nothingFoundMessage={say('ui.form.nothing_found')}
        className={css['grow'] ?? ''}
        onChange={(currency) => onChange({ ...draft, currency: currency ?? '' })}
      />
    </div>
  );
}

/** A record of this file, or another dossier. */
export function ReferenceAnswer(props: TextProps): ReactNode {
  const to = props.field.to ?? '';
  if (to.startsWith('dossier:'))
    return <DossierChoice {...props} type={to.slice('dossier:'.length)} />;
  return <RecordChoice {...props} to={to} />;
}

function RecordChoice({ to, ...props }: TextProps & { to: string }): ReactNode {
  const { records, self } = useSurroundings();
  const book = usePack();
  const { lang, say } = useWording();
  const with_ = { book, lang, say, records };
  const choices = records
    .filter((record) => record.id !== self && (to === '' || record.kind === to))
    .map((record) => {
      const when = textOf(record.data[book.kind(record.kind)?.when ?? '']);
      const line = recordLine(record, with_);
      return {
        value: record.id,
        label:
          [when === '' ? '' : whenText(when, with_), line].filter(Boolean).join(' · ') || record.id,
      };
    });
  if (choices.length === 0 && props.text === '') {
    return (
      <div className={css['hint']} id={idOf(props.pointer)}>
        {say('ui.form.no_record', { kind: book.kind(to)?.title ?? to })}
      </div>
    );
  }
  return <ChoiceAnswer {...props} choices={choices} />;
}

function DossierChoice({ type, ...props }: TextProps & { type: string }): ReactNode {
  const { client } = useAccess();
  const load = useCallback(
    (signal: AbortSignal) => service.dossiers(client, type, null, signal),
    [client, type],
  );
  const { value } = useLoad(load);
  const choices = (value?.items ?? []).map((item) => ({ value: item.ref, label: item.label }));
  return <ChoiceAnswer {...props} choices={withCurrent(choices, props.text)} />;
}

export function AccountAnswer(props: TextProps): ReactNode {
  const { client } = useAccess();
  const book = usePack();
  const load = useCallback((signal: AbortSignal) => service.colleagues(client, signal), [client]);
  const { value } = useLoad(load);
  const choices = (value?.colleagues ?? []).map((person) => ({
    value: person.id,
    label: person.role ? `${person.name} · ${book.title(person.role)}` : person.name,
  }));
  return <ChoiceAnswer {...props} choices={withCurrent(choices, props.text)} />;
}

function withCurrent(choices: readonly Choice[], text: string): readonly Choice[] {
  return text === '' || choices.some((choice) => choice.value === text)
    ? choices
    : [...choices, { value: text, label: text }];
}
