/** Answers that the service keeps apart until somebody says why they are needed (docs/decisions/0017). */
import { Button, Group, Modal, Text, Textarea } from '@mantine/core';
import { useCallback, useEffect, useMemo, useState, type FormEvent, type ReactNode } from 'react';
import type { Failure, Reply } from '../api/client';
import type { Field, Json, JsonObject, RecordEntry } from '../api/types';
import { Trouble } from '../parts/Trouble';
import { useSay } from '../text/texts';
import { pointerTo } from '../values/json';
import { focusQuestion } from './FieldFrame';

export type Reveal = (field: string, reason: string) => Promise<Reply<JsonObject>>;

export interface Revealing {
  /** Ids of the fields that have an answer which this page has not been shown. */
  readonly kept: ReadonlySet<string>;
  /** What was shown. It lives as long as the page that asked. */
  readonly revealed: JsonObject;
  readonly ask: (field: Field) => void;
  /** Stands outside of any form: what is sent in it must not send the form around it. */
  readonly dialog: ReactNode;
}

const kNone: JsonObject = {};

export function useRevealing(
  record: RecordEntry | undefined,
  reveal: Reveal | undefined,
  onRevealed?: (field: Field, value: Json | undefined) => void,
): Revealing {
  const [shown, setShown] = useState<ReadonlySet<string>>(new Set());
  const [revealed, setRevealed] = useState<JsonObject>(kNone);
  const [field, setField] = useState<Field>();
  const [open, setOpen] = useState(false);
  const [last, setLast] = useState<string>();
  const reserved = record?.reserved;
  const kept = useMemo(
    () => new Set((reserved ?? []).filter((id) => !shown.has(id))),
    [reserved, shown],
  );
  const ask = useCallback((wanted: Field): void => {
    setField(wanted);
    setOpen(true);
  }, []);
  // The button that was pressed is gone: whoever works by keyboard or ear goes on at the answer.
  useEffect(() => {
    if (last !== undefined) focusQuestion(pointerTo('', last));
  }, [last]);
  const take = (data: JsonObject): void => {
    if (!field) return;
    setRevealed((old) => ({ ...old, ...data }));
    setShown((old) => new Set(old).add(field.id));
    onRevealed?.(field, data[field.id]);
    setOpen(false);
    setLast(field.id);
  };
  const dialog = reveal && (
    <RevealDialog
      field={field}
      open={open}
      reveal={reveal}
      onShown={take}
      onClose={() => setOpen(false)}
    />
  );
  return { kept, revealed, ask, dialog };
}

interface DialogProps {
  readonly field: Field | undefined;
  readonly open: boolean;
  readonly reveal: Reveal;
  readonly onShown: (data: JsonObject) => void;
  readonly onClose: () => void;
}

function RevealDialog({ field, open, reveal, onShown, onClose }: DialogProps): ReactNode {
  const say = useSay();
  return (
    <Modal
      opened={open}
      onClose={onClose}
      title={say('ui.reserved.title')}
      lockScroll={false}
      closeButtonProps={{ 'aria-label': say('ui.close') }}
    >
      {field && (
        <Why key={field.id} field={field} reveal={reveal} onShown={onShown} onClose={onClose} />
      )}
    </Modal>
  );
}

interface WhyProps extends Omit<DialogProps, 'field' | 'open'> {
  readonly field: Field;
}

function Why({ field, reveal, onShown, onClose }: WhyProps): ReactNode {
  const say = useSay();
  const [reason, setReason] = useState('');
  const [noReason, setNoReason] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  const submit = async (): Promise<void> => {
    setNoReason(reason.trim() === '');
    if (reason.trim() === '') return;
    setBusy(true);
    setFailure(undefined);
    const reply = await reveal(field.id, reason.trim());
    setBusy(false);
    if (reply.ok) onShown(reply.value);
    else setFailure(reply.failure);
  };
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    void submit();
  };
  return (
    <form noValidate autoComplete="off" onSubmit={onSubmit}>
      <Text fw={600} dir="auto">
        {field.title}
      </Text>
      <Text size="sm" mb="sm">
        {say('ui.reserved.help')}
      </Text>
      <Textarea
        label={say('ui.reserved.reason')}
        value={reason}
        dir="auto"
        rows={3}
        data-autofocus
        error={noReason ? say('ui.reserved.reason_missing') : undefined}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      {failure && (
        <Trouble
          failure={failure}
          lead={say('ui.reserved.not_shown')}
          again={() => void submit()}
        />
      )}
      <Group mt="md">
        <Button type="submit" loading={busy}>
          {say('ui.reserved.confirm')}
        </Button>
        <Button variant="default" onClick={onClose}>
          {say('ui.cancel')}
        </Button>
      </Group>
    </form>
  );
}
