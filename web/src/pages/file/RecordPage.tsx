import { Text } from '@mantine/core';
import { IconArrowLeft, IconLock } from '@tabler/icons-react';
import { useMemo, type ReactNode } from 'react';
import { Link, useNavigate, useParams, useSearchParams } from 'react-router';
import { service } from '../../api/calls';
import type { Client } from '../../api/client';
import type { Kind, RecordEntry } from '../../api/types';
import { focusQuestion } from '../../form/FieldFrame';
import { KeptApart } from '../../form/KeptApart';
import { pointerOfPath } from '../../form/problems';
import { RecordEditor } from '../../form/RecordEditor';
import { useRevealing, type Reveal } from '../../form/Reserved';
import { usePack } from '../../pack/pack';
import { filePath } from '../../parts/paths';
import { useAccess } from '../../session/session';
import { useSay, useWording } from '../../text/texts';
import { describe, writtenDown } from '../../values/describe';
import { ofRecord } from '../../values/findings';
import { pointerTo } from '../../values/json';
import css from '../pages.module.css';
import { useFile } from './FilePage';
import { FindingList } from './Overview';

/** One record: its form, with what the safeguards say of it beside. */
export function RecordPage(): ReactNode {
  const { id = '' } = useParams();
  const say = useSay();
  const book = usePack();
  const { file } = useFile();
  const record = file.records.find((item) => item.id === id);
  const kind = book.kind(record?.kind);
  if (!record || !kind)
    return (
      <>
        <Back />
        <Text>{say('ui.trouble.absent.text')}</Text>
      </>
    );
  return (
    <>
      <Back />
      <div className={css['columns']}>
        <div className={css['panel']}>
          <KindHead kind={kind} record={record} />
          {kind.may === 'write' ? (
            <Amend key={`${record.id} ${record.version}`} record={record} kind={kind} />
          ) : (
            <ReadOnly key={`${record.id} ${record.version}`} record={record} kind={kind} />
          )}
        </div>
        <section className={css['column']} aria-labelledby="record-findings">
          <h2 id="record-findings">{say('ui.record.findings')}</h2>
          <FindingList findings={ofRecord(file.findings, record.id)} file={file} here={record.id} />
        </section>
      </div>
    </>
  );
}

export function Back(): ReactNode {
  const say = useSay();
  const { file } = useFile();
  return (
    <p className={css['back']}>
      <Link to={filePath(file.ref)}>
        <IconArrowLeft size={18} aria-hidden className="mirror" /> {say('ui.file.back')}
      </Link>
    </p>
  );
}

function KindHead({ kind, record }: { kind: Kind; record: RecordEntry }): ReactNode {
  const { lang, say } = useWording();
  const book = usePack();
  const gaps = record.incomplete ?? [];
  const withheld = record.withheld ?? [];
  return (
    <>
      <h2 dir="auto" className={css['kindtitle']}>
        {kind.title}
      </h2>
      <Text size="sm" c="dimmed" mb="md">
        {writtenDown(record, { book, lang, say })}
        {' · '}
        {say('ui.record.version', { version: record.version })}
      </Text>
      {kind.help && (
        <Text mb="md" dir="auto">
          {kind.help}
        </Text>
      )}
      {gaps.length > 0 && (
        <div className={css['gaps']}>
          <strong>{say('ui.record.gaps')}</strong>
          <ul>
            {gaps.map((path) => (
              <li key={path}>
                <button
                  type="button"
                  className="link"
                  onClick={() => focusQuestion(pointerOfPath(path))}
                >
                  {book.fieldTitle(kind, path)}
                </button>
              </li>
            ))}
          </ul>
        </div>
      )}
      {withheld.length > 0 && (
        <Text size="sm" mb="md">
          <IconLock size={16} aria-hidden /> {say('ui.record.withheld', { count: withheld.length })}
        </Text>
      )}
    </>
  );
}

function revealer(client: Client, ref: string, record: string): Reveal {
  return async (field, reason) => {
    const reply = await service.reveal(client, ref, record, [field], reason);
    return reply.ok ? { ok: true, value: reply.value.data } : reply;
  };
}

function Amend({ record, kind }: { record: RecordEntry; kind: Kind }): ReactNode {
  const say = useSay();
  const navigate = useNavigate();
  const [query] = useSearchParams();
  const { client } = useAccess();
  const { file, again } = useFile();
  return (
    <RecordEditor
      kind={kind}
      record={record}
      records={file.records}
      saveLabel={say('ui.save')}
      focus={query.get('field') ?? undefined}
      save={async ({ patch, version }) => {
        const reply = await service.amend(client, file.ref, record.id, version, patch);
        return reply.ok ? { ok: true, value: { merged: reply.value.merged === true } } : reply;
      }}
      reveal={revealer(client, file.ref, record.id)}
      newest={async () => {
        const reply = await service.file(client, file.ref);
        return reply.ok ? reply.value.records.find((item) => item.id === record.id) : undefined;
      }}
      onSaved={({ merged }) => {
        again();
        void navigate(filePath(file.ref), {
          state: { said: merged ? 'ui.form.merged' : 'ui.form.saved' },
        });
      }}
      onCancel={() => void navigate(filePath(file.ref))}
    />
  );
}

function ReadOnly({ record, kind }: { record: RecordEntry; kind: Kind }): ReactNode {
  const { lang, say } = useWording();
  const book = usePack();
  const { file, people } = useFile();
  const { client } = useAccess();
  const { kept, revealed, ask, dialog } = useRevealing(
    record,
    revealer(client, file.ref, record.id),
  );
  const data = { ...record.data, ...revealed };
  const with_ = useMemo(
    () => ({ book, lang, say, records: file.records, people }),
    [book, lang, say, file, people],
  );
  return (
    <>
      <dl className={css['answers']}>
        {kind.fields.map((field) => (
          <div key={field.id}>
            <dt dir="auto">{field.title}</dt>
            <dd dir="auto" data-field={pointerTo('', field.id)} tabIndex={-1}>
              {kept.has(field.id) ? (
                <KeptApart field={field} writable={false} onAsk={ask} />
              ) : (
                describe(field, data[field.id], with_)
              )}
            </dd>
          </div>
        ))}
      </dl>
      {dialog}
    </>
  );
}
