import { Text } from '@mantine/core';
import { IconArrowForward, IconLock, IconScale, IconUsers } from '@tabler/icons-react';
import { useId, type ReactNode } from 'react';
import { Link } from 'react-router';
import type { Finding, RecordEntry } from '../api/types';
import { usePack } from '../pack/pack';
import { useSay, useWording } from '../text/texts';
import { momentText } from '../values/describe';
import { completed, linkFor, type FullFinding } from '../values/findings';
import { Clock } from './Clock';
import { OutcomeMark, SeverityMark } from './Marks';
import css from './parts.module.css';
import { addPath, recordPath } from './paths';

interface CardProps {
  readonly finding: Finding;
  readonly dossier: string;
  readonly records: readonly RecordEntry[];
  /** The record whose page this stands on: its own link would lead nowhere. */
  readonly here?: string | undefined;
}

/** What a safeguard says of one record: outcome, why, by which law, what is missing and what can be done. */
export function FindingCard({ finding: sent, dossier, records, here }: CardProps): ReactNode {
  const { lang, say } = useWording();
  const book = usePack();
  const finding = completed(sent, book, records);
  const heading = useId();
  const zone = book.pack.time_zone;
  const kind = book.kind(finding.kind);
  return (
    <article
      className={css['finding']}
      data-outcome={finding.outcome}
      data-safeguard={finding.safeguard}
      aria-labelledby={heading}
    >
      <div className={css['marks']}>
        <OutcomeMark outcome={finding.outcome} />
        <SeverityMark severity={finding.severity} />
      </div>
      <h4 id={heading} dir="auto">
        {finding.title}
      </h4>
      {kind && finding.record && finding.record !== here && (
        <Text size="sm">
          <Link to={recordPath(dossier, finding.record)} dir="auto">
            {kind.title}
          </Link>
        </Text>
      )}
      {finding.due && finding.outcome !== 'met' && (
        <Clock start={finding.start} due={finding.due} />
      )}
      {finding.since && finding.since !== finding.due && finding.outcome === 'breached' && (
        <Text size="sm" c="dimmed">
          {say('ui.finding.since', { time: momentText(finding.since, lang, zone) })}
        </Text>
      )}
      {finding.limited && (
        <Text size="sm" c="dimmed">
          <IconLock size={16} aria-hidden /> {say('ui.finding.limited')}
        </Text>
      )}
      {finding.explain && (
        <Text size="sm" dir="auto">
          {finding.explain}
        </Text>
      )}
      <Missing finding={finding} dossier={dossier} records={records} />
      <Consequences finding={finding} />
      <Citation finding={finding} />
    </article>
  );
}

/** What can be done, what is held back meanwhile, and who is told. */
function Consequences({ finding }: { finding: Finding }): ReactNode {
  const say = useSay();
  const book = usePack();
  const acts = (finding.blocks ?? []).map((act) => book.act(act)?.title ?? act).join(' · ');
  const roles = (finding.tells ?? []).map((role) => book.title(role)).join(' · ');
  const lines = [
    { text: say('ui.finding.remedy'), value: finding.remedy?.title, Icon: IconArrowForward },
    { text: say('ui.finding.blocks'), value: acts, Icon: IconLock },
    { text: say('ui.finding.tells'), value: roles, Icon: IconUsers },
  ];
  return lines.map(({ text, value, Icon }) =>
    value ? (
      <p key={text} className={css['line']}>
        <Icon size={18} aria-hidden className="mirror" />
        <span>
          <strong>{text}</strong> <bdi>{value}</bdi>
        </span>
      </p>
    ) : null,
  );
}

function Missing({
  finding,
  dossier,
  records,
}: {
  finding: FullFinding;
  dossier: string;
  records: readonly RecordEntry[];
}): ReactNode {
  const { say } = useWording();
  const book = usePack();
  if (finding.missing.length === 0) return null;
  return (
    <div className={css['missing']}>
      <strong>{say('ui.finding.missing')}</strong>
      <ul>
        {finding.missing.map(({ path, title }) => {
          const link = linkFor(path, finding, records);
          const kind = book.kind(link?.kind);
          if (!link || kind?.may !== 'write')
            return (
              <li key={path} dir="auto">
                {title}
              </li>
            );
          const to = link.record
            ? recordPath(dossier, link.record, link.field)
            : addPath(dossier, link.kind, link.field);
          return (
            <li key={path}>
              <Link to={to} dir="auto">
                {title}
              </Link>
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function Citation({ finding }: { finding: FullFinding }): ReactNode {
  const { say } = useWording();
  const { basis } = finding;
  const source = finding.source ?? [];
  if (basis.length + source.length === 0) return null;
  return (
    <details className={css['citation']}>
      <summary>
        <IconScale size={16} aria-hidden />{' '}
        <span>
          {say('ui.finding.law')}:{' '}
          <bdi>{[...source, ...basis.map((item) => item.id)].join(' · ')}</bdi>
        </span>
      </summary>
      <dl>
        {basis.map((item) => (
          <div key={item.id}>
            <dt>
              <bdi>{item.id}</bdi>
            </dt>
            <dd dir="auto">{item.gist}</dd>
          </div>
        ))}
        {source.length > 0 && (
          <div>
            <dt>{say('ui.finding.source')}</dt>
            <dd dir="auto">{source.join('; ')}</dd>
          </div>
        )}
        <div>
          <dt>{say('ui.finding.rule')}</dt>
          <dd>
            <bdi>{finding.safeguard}</bdi>
          </dd>
        </div>
      </dl>
    </details>
  );
}
