import { SegmentedControl, Text } from '@mantine/core';
import { IconAlertTriangle, IconChevronRight, IconPencilExclamation } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { Link } from 'react-router';
import type { DossierFile, Kind, RecordEntry, Side } from '../api/types';
import { usePack } from '../pack/pack';
import { useWording } from '../text/texts';
import { recordLine, whenText, writtenDown, type Describing } from '../values/describe';
import { ofRecord } from '../values/findings';
import { isObject, textOf } from '../values/json';
import { dayBounds } from '../values/date';
import { Counts } from './Marks';
import css from './parts.module.css';
import { recordPath } from './paths';

/** When a record happened, for sorting: its own moment, or when it was written down. */
export function placeInTime(record: RecordEntry, kind: Kind | undefined): number {
  const written = kind?.when === undefined ? '' : textOf(record.data[kind.when]);
  if (written.includes('T')) return Date.parse(written);
  const bounds = written === '' ? undefined : dayBounds(written);
  return bounds ? bounds.first * 86_400_000 : Date.parse(record.recorded_at);
}

const kSides: readonly Side[] = ['protection', 'justice'];

/** What is written in a file: by form, or as it happened. */
export function Timeline({
  file,
  people,
}: {
  file: DossierFile;
  people: ReadonlyMap<string, string>;
}): ReactNode {
  const { lang, say } = useWording();
  const book = usePack();
  const [order, setOrder] = useState<'kind' | 'time'>('kind');
  const with_: Describing = { book, lang, say, records: file.records, people };
  const newestFirst = [...file.records].sort(
    (a, b) => placeInTime(b, book.kind(b.kind)) - placeInTime(a, book.kind(a.kind)),
  );
  return (
    <section aria-labelledby="records-heading">
      <div className={css['sectionhead']}>
        <h2 id="records-heading">{say('ui.file.records')}</h2>
        <SegmentedControl
          size="xs"
          value={order}
          aria-label={say('ui.file.order')}
          onChange={(value) => setOrder(value === 'time' ? 'time' : 'kind')}
          data={[
            { value: 'kind', label: say('ui.file.by_form') },
            { value: 'time', label: say('ui.file.by_time') },
          ]}
        />
      </div>
      {file.records.length === 0 && <Text c="dimmed">{say('ui.file.no_records')}</Text>}
      {order === 'time' ? (
        <ol className={css['records']}>
          {newestFirst.map((record) => (
            <Row key={record.id} record={record} file={file} with_={with_} named />
          ))}
        </ol>
      ) : (
        kSides.map((side) => (
          <SideRecords key={side} side={side} records={newestFirst} file={file} with_={with_} />
        ))
      )}
    </section>
  );
}

interface SideProps {
  readonly side: Side;
  readonly records: readonly RecordEntry[];
  readonly file: DossierFile;
  readonly with_: Describing;
}

function SideRecords({ side, records, file, with_ }: SideProps): ReactNode {
  const kinds = with_.book
    .kindsOf(file.type)
    .filter((kind) => kind.side === side && records.some((record) => record.kind === kind.kind));
  if (kinds.length === 0) return null;
  return (
    <div className={css['side']}>
      <h3>{with_.say(`ui.side.${side}`)}</h3>
      {kinds.map((kind) => (
        <div key={kind.kind} className={css['kindgroup']} role="group" aria-label={kind.title}>
          <h4 dir="auto">{kind.title}</h4>
          <ol className={css['records']}>
            {records
              .filter((record) => record.kind === kind.kind)
              .map((record) => (
                <Row key={record.id} record={record} file={file} with_={with_} />
              ))}
          </ol>
        </div>
      ))}
    </div>
  );
}

interface RowProps {
  readonly record: RecordEntry;
  readonly file: DossierFile;
  readonly with_: Describing;
  readonly named?: boolean;
}

function Row({ record, file, with_, named = false }: RowProps): ReactNode {
  const { book, say } = with_;
  const kind = book.kind(record.kind);
  const found = ofRecord(file.findings, record.id);
  const count = (outcome: string): number =>
    found.filter((finding) => finding.outcome === outcome).length;
  const answer = kind?.when === undefined ? undefined : record.data[kind.when];
  const when = textOf(answer);
  const unknown = isObject(answer) ? say('ui.file.when_unknown') : '';
  const written = writtenDown(record, with_);
  const gaps = record.incomplete?.length ?? 0;
  const clashes = record.contradictions?.length ?? 0;
  return (
    <li data-kind={record.kind}>
      <Link to={recordPath(file.ref, record.id)} className={css['record']}>
        <span className={css['recordtext']}>
          {named && (
            <span className={css['recordkind']} dir="auto">
              {kind?.title ?? record.kind}
            </span>
          )}
          <span className={css['when']}>
            {when === '' ? unknown || written : whenText(when, with_)}
          </span>
          <span dir="auto">{recordLine(record, with_)}</span>
          {when !== '' && <span className={css['quiet']}>{written}</span>}
        </span>
        <span className={css['recordmarks']}>
          {found.length > 0 && (
            <Counts
              overdue={count('breached')}
              running={count('running')}
              unknown={count('unknown')}
            />
          )}
          {gaps > 0 && (
            <span className={css['gap']}>
              <IconPencilExclamation size={16} aria-hidden /> {say('ui.file.gaps', { count: gaps })}
            </span>
          )}
          {clashes > 0 && (
            <span className={css['gap']}>
              <IconAlertTriangle size={16} aria-hidden />{' '}
              {say('ui.file.clashes', { count: clashes })}
            </span>
          )}
        </span>
        <IconChevronRight size={18} aria-hidden className="mirror" />
      </Link>
    </li>
  );
}
