import { Button, Text } from '@mantine/core';
import { useCallback, useState, type ReactNode } from 'react';
import { service } from '../../api/calls';
import type { DossierFile, Finding } from '../../api/types';
import { FindingCard } from '../../parts/FindingCard';
import { useLoad } from '../../parts/load';
import { Timeline } from '../../parts/Timeline';
import { Trouble, Waiting } from '../../parts/Trouble';
import { useAccess } from '../../session/session';
import { useSay } from '../../text/texts';
import { grouped } from '../../values/findings';
import css from '../pages.module.css';
import { Acts } from './Acts';
import { useFile } from './FilePage';

export function Overview(): ReactNode {
  const say = useSay();
  const { file, people } = useFile();
  return (
    <div className={css['columns']}>
      <div className={css['column']}>
        <Timeline file={file} people={people} />
        <Acts />
      </div>
      <section className={css['column']} aria-labelledby="findings-heading">
        <h2 id="findings-heading">{say('ui.file.findings')}</h2>
        <FindingList findings={file.findings} file={file} />
        <Met file={file} />
      </section>
    </div>
  );
}

/** How many cards of one outcome stand open at first: a page of forty red cards tells nobody where to begin. */
const kOpenCards = 6;

export function FindingList({
  findings,
  file,
  here,
}: {
  findings: readonly Finding[];
  file: DossierFile;
  here?: string;
}): ReactNode {
  const say = useSay();
  const groups = grouped(findings);
  if (groups.length === 0) return <Text c="dimmed">{say('ui.file.no_findings')}</Text>;
  return groups.map(({ outcome, findings: some }) => (
    <div
      key={outcome}
      className={css['findinggroup']}
      role="group"
      aria-label={say(`ui.outcome.${outcome}`)}
    >
      <h3>
        {say(`ui.outcome.${outcome}`)} <span className={css['quiet']}>{some.length}</span>
      </h3>
      <Cards findings={some} file={file} here={here} />
    </div>
  ));
}

function Cards({
  findings,
  file,
  here,
}: {
  findings: readonly Finding[];
  file: DossierFile;
  here: string | undefined;
}): ReactNode {
  const say = useSay();
  const [all, setAll] = useState(false);
  const shown = all ? findings : findings.slice(0, kOpenCards);
  return (
    <>
      {shown.map((finding) => (
        <FindingCard
          key={`${finding.safeguard} ${finding.record}`}
          finding={finding}
          dossier={file.ref}
          records={file.records}
          here={here}
        />
      ))}
      {shown.length < findings.length && (
        <Button variant="default" size="sm" onClick={() => setAll(true)}>
          {say('ui.file.show_all', { count: findings.length })}
        </Button>
      )}
    </>
  );
}

/** What is in order is asked for, not pushed: it is long, and it is not where help is needed. */
function Met({ file }: { file: DossierFile }): ReactNode {
  const say = useSay();
  const [asked, setAsked] = useState(false);
  if (!asked)
    return (
      <Button variant="subtle" mt="md" onClick={() => setAsked(true)}>
        {say('ui.file.show_met')}
      </Button>
    );
  return <MetList file={file} />;
}

function MetList({ file }: { file: DossierFile }): ReactNode {
  const say = useSay();
  const { client } = useAccess();
  const load = useCallback(
    (signal: AbortSignal) => service.allFindings(client, file.ref, signal),
    [client, file.ref],
  );
  const { value, failure, again } = useLoad(load);
  if (failure) return <Trouble failure={failure} again={again} />;
  if (!value) return <Waiting />;
  const met = value.findings.filter((finding) => finding.outcome === 'met');
  if (met.length === 0)
    return (
      <Text c="dimmed" mt="md">
        {say('ui.file.none_met')}
      </Text>
    );
  return <FindingList findings={met} file={file} />;
}
