import { Text } from '@mantine/core';
import { useMemo, type ReactNode } from 'react';
import { Link, useNavigate, useParams, useSearchParams } from 'react-router';
import { service } from '../../api/calls';
import type { Kind, Side } from '../../api/types';
import { RecordEditor } from '../../form/RecordEditor';
import { usePack } from '../../pack/pack';
import { addPath, filePath, recordPath } from '../../parts/paths';
import { useAccess } from '../../session/session';
import { useSay } from '../../text/texts';
import css from '../pages.module.css';
import { useFile } from './FilePage';
import { Back } from './RecordPage';

const kSides: readonly Side[] = ['protection', 'justice'];

/** Which form? By side, in the order of the pack; a form that stands only once leads to the one that is there. */
export function ChooseKind(): ReactNode {
  const say = useSay();
  const book = usePack();
  const { file } = useFile();
  const kinds = book.kindsOf(file.type).filter((kind) => kind.may === 'write');
  const target = (kind: Kind): string => {
    const there = kind.repeats
      ? undefined
      : file.records.find((record) => record.kind === kind.kind);
    return there ? recordPath(file.ref, there.id) : addPath(file.ref, kind.kind);
  };
  return (
    <>
      <Back />
      <h2>{say('ui.file.add')}</h2>
      {kSides.map((side) => {
        const here = kinds.filter((kind) => kind.side === side);
        if (here.length === 0) return null;
        return (
          <section key={side} aria-labelledby={`side-${side}`} className={css['bucket']}>
            <h3 id={`side-${side}`}>{say(`ui.side.${side}`)}</h3>
            <ul className={css['choices']}>
              {here.map((kind) => (
                <li key={kind.kind}>
                  <Link to={target(kind)} className={css['choice']}>
                    <strong dir="auto">{kind.title}</strong>
                    {kind.help && (
                      <span className={css['quiet']} dir="auto">
                        {kind.help}
                      </span>
                    )}
                  </Link>
                </li>
              ))}
            </ul>
          </section>
        );
      })}
    </>
  );
}

export function AddRecord(): ReactNode {
  const { kind: name = '' } = useParams();
  const say = useSay();
  const book = usePack();
  const kind = book.kind(name);
  return (
    <>
      <Back />
      {kind?.may === 'write' ? (
        <NewRecord key={name} kind={kind} />
      ) : (
        <Text>{say('ui.trouble.absent.text')}</Text>
      )}
    </>
  );
}

function NewRecord({ kind }: { kind: Kind }): ReactNode {
  const say = useSay();
  const navigate = useNavigate();
  const [query] = useSearchParams();
  const { client } = useAccess();
  const { file, again } = useFile();
  // Made once for this form: sending the same record again adds no second one.
  const id = useMemo(() => crypto.randomUUID(), []);
  return (
    <section className={css['narrow']} aria-labelledby="kind-title">
      <h2 id="kind-title" dir="auto" className={css['kindtitle']}>
        {kind.title}
      </h2>
      {kind.help && (
        <Text mb="lg" dir="auto">
          {kind.help}
        </Text>
      )}
      <RecordEditor
        kind={kind}
        records={file.records}
        saveLabel={say('ui.record.save_new')}
        focus={query.get('field') ?? undefined}
        save={async ({ data }) => {
          const reply = await service.add(client, file.ref, { id, kind: kind.kind, data });
          return reply.ok ? { ok: true, value: { merged: false } } : reply;
        }}
        onSaved={() => {
          again();
          void navigate(filePath(file.ref), { state: { said: 'ui.form.saved' } });
        }}
        onCancel={() => void navigate(filePath(file.ref))}
      />
    </section>
  );
}
