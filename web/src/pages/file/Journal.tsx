import { Button, Text } from '@mantine/core';
import { useCallback, type ReactNode } from 'react';
import { service } from '../../api/calls';
import type { Change, HistoryEntry, Json, Kind, ReadEntry } from '../../api/types';
import { usePack } from '../../pack/pack';
import { usePages } from '../../parts/load';
import { Trouble, Waiting } from '../../parts/Trouble';
import { useAccess } from '../../session/session';
import { useWording, type Say, type TextKey } from '../../text/texts';
import { describe, momentText } from '../../values/describe';
import css from '../pages.module.css';
import { useFile } from './FilePage';

/** What an entry says was done; a word that this page does not know is shown as it came. */
const kWhat: { readonly [what: string]: TextKey } = {
  open: 'ui.what.open',
  add: 'ui.what.add',
  amend: 'ui.what.amend',
  act: 'ui.what.act',
  read: 'ui.what.read',
  list: 'ui.what.list',
  export: 'ui.what.export',
  history: 'ui.what.history',
  reads: 'ui.what.reads',
  findings: 'ui.what.findings',
  reveal: 'ui.what.reveal',
};

function whatText(what: string, say: Say): string {
  const key = kWhat[what];
  return key ? say(key) : what;
}

export function HistoryPage(): ReactNode {
  const { say } = useWording();
  const { client } = useAccess();
  const { file } = useFile();
  const load = useCallback(
    (before: string | null, signal: AbortSignal) =>
      service.history(client, file.ref, before, signal),
    [client, file.ref],
  );
  const { items, failure, loading, more, again } = usePages(load, (answer) => ({
    items: answer.entries,
    next: answer.next,
  }));
  return (
    <section aria-labelledby="history-heading">
      <h2 id="history-heading">{say('ui.file.history')}</h2>
      <Text size="sm" mb="md">
        {say('ui.history.help')}
      </Text>
      {failure && <Trouble failure={failure} again={again} />}
      {!items && loading && <Waiting />}
      <ol className={css['entries']}>
        {(items ?? []).map((entry) => (
          <Entry key={entry.seq} entry={entry} />
        ))}
      </ol>
      {more && (
        <Button variant="default" mt="lg" loading={loading} onClick={more}>
          {say('ui.more')}
        </Button>
      )}
    </section>
  );
}

function Entry({ entry }: { entry: HistoryEntry }): ReactNode {
  const { say } = useWording();
  const book = usePack();
  const kind = book.kind(entry.kind);
  return (
    <li className={css['entry']}>
      <div>
        <strong>
          {whatText(entry.what, say)}
          {kind && (
            <>
              : <bdi>{kind.title}</bdi>
            </>
          )}
        </strong>{' '}
        {entry.version !== null && entry.version > 1 && (
          <span className={css['quiet']}>
            {say('ui.record.version', { version: entry.version })}
          </span>
        )}
      </div>
      <Who at={entry.at} actor={entry.actor} purpose={entry.purpose} />
      {kind && entry.changes.length > 0 && (
        <dl className={css['answers']}>
          {entry.changes.map((change) => (
            <Changed key={change.field} change={change} kind={kind} />
          ))}
        </dl>
      )}
    </li>
  );
}

function Changed({ change, kind }: { change: Change; kind: Kind }): ReactNode {
  const { lang, say } = useWording();
  const book = usePack();
  const { file, people } = useFile();
  const field = kind.fields.find((item) => item.id === change.field);
  const word = (value: Json | undefined): string => {
    if (field) return describe(field, value, { book, lang, say, records: file.records, people });
    if (value === undefined || value === null) return say('ui.answer.none');
    return typeof value === 'string' ? value : JSON.stringify(value);
  };
  return (
    <div>
      <dt dir="auto">{book.fieldTitle(kind, change.field)}</dt>
      <dd>
        {change.from !== undefined && change.from !== null && (
          <>
            <del dir="auto">{word(change.from)}</del>{' '}
          </>
        )}
        <bdi>{change.reserved ? say('ui.reserved.changed') : word(change.to)}</bdi>
      </dd>
    </div>
  );
}

function Who({ at, actor, purpose }: Pick<HistoryEntry, 'at' | 'actor' | 'purpose'>): ReactNode {
  const { lang, say } = useWording();
  const book = usePack();
  return (
    <div className={css['quiet']}>
      <time dateTime={at}>{momentText(at, lang, book.pack.time_zone)}</time>
      {' · '}
      <bdi>{actor.name || say('ui.journal.server')}</bdi>
      {actor.role && (
        <>
          {' '}
          · <bdi>{book.title(actor.role)}</bdi>
        </>
      )}
      {' · '}
      <bdi>{book.title(purpose)}</bdi>
    </div>
  );
}

export function ReadsPage(): ReactNode {
  const { say } = useWording();
  const { client } = useAccess();
  const { file } = useFile();
  const load = useCallback(
    (before: string | null, signal: AbortSignal) => service.reads(client, file.ref, before, signal),
    [client, file.ref],
  );
  const { items, failure, loading, more, again } = usePages(load, (answer) => ({
    items: answer.reads,
    next: answer.next,
  }));
  return (
    <section aria-labelledby="reads-heading">
      <h2 id="reads-heading">{say('ui.file.reads')}</h2>
      <Text size="sm" mb="md">
        {say('ui.reads.help')}
      </Text>
      {failure && <Trouble failure={failure} again={again} />}
      {!items && loading && <Waiting />}
      <ol className={css['entries']}>
        {(items ?? []).map((entry, index) => (
          <Read key={`${entry.at} ${index}`} entry={entry} />
        ))}
      </ol>
      {more && (
        <Button variant="default" mt="lg" loading={loading} onClick={more}>
          {say('ui.more')}
        </Button>
      )}
    </section>
  );
}

/** So many categories stand in their entry; more are counted there and named when asked for. */
const kCategoriesInLine = 3;

function Categories({ ids }: { ids: readonly string[] }): ReactNode {
  const { say } = useWording();
  const book = usePack();
  if (ids.length <= kCategoriesInLine) {
    return (
      <div className={css['quiet']}>
        {say('ui.reads.categories')} <bdi>{ids.map((id) => book.title(id)).join(' · ')}</bdi>
      </div>
    );
  }
  return (
    <details className={`${css['quiet']} ${css['counted']}`}>
      <summary>
        {say('ui.reads.categories')} <bdi>{ids.length}</bdi>
      </summary>
      <ul>
        {ids.map((id) => (
          <li key={id}>
            <bdi>{book.title(id)}</bdi>
          </li>
        ))}
      </ul>
    </details>
  );
}

function Read({ entry }: { entry: ReadEntry }): ReactNode {
  const { say } = useWording();
  const book = usePack();
  return (
    <li className={css['entry']}>
      <strong>{whatText(entry.what, say)}</strong>
      <Who at={entry.at} actor={entry.actor} purpose={entry.purpose} />
      <Categories ids={entry.categories} />
      {entry.fields && (
        <div>
          {say('ui.reads.fields')}{' '}
          <bdi>{entry.fields.map((path) => book.pathTitle(path)).join(' · ')}</bdi>
        </div>
      )}
      {entry.reason !== undefined && (
        <div>
          {say('ui.reads.reason')} <bdi>{entry.reason}</bdi>
        </div>
      )}
    </li>
  );
}
