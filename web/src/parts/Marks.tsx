import { Badge } from '@mantine/core';
import {
  IconAlertTriangle,
  IconBuilding,
  IconCheck,
  IconCircleMinus,
  IconClock,
  IconHelpCircle,
  IconInfoCircle,
  IconUrgent,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Outcome, Severity } from '../api/types';
import { useSay } from '../text/texts';
import css from './parts.module.css';

const kOutcomes = {
  breached: { icon: IconAlertTriangle, color: 'red' },
  unknown: { icon: IconHelpCircle, color: 'gray' },
  running: { icon: IconClock, color: 'calm' },
  met: { icon: IconCheck, color: 'green' },
  not_applicable: { icon: IconCircleMinus, color: 'gray' },
} as const;

const kSeverities = {
  critical: IconUrgent,
  high: IconAlertTriangle,
  medium: IconInfoCircle,
  structural: IconBuilding,
} as const;

export function OutcomeIcon({
  outcome,
  size = 18,
}: {
  outcome: Outcome;
  size?: number;
}): ReactNode {
  const Icon = kOutcomes[outcome].icon;
  return <Icon size={size} aria-hidden />;
}

export function OutcomeMark({ outcome, count }: { outcome: Outcome; count?: number }): ReactNode {
  const say = useSay();
  return (
    <Badge
      variant="light"
      color={kOutcomes[outcome].color}
      tt="none"
      size="lg"
      className={css[`outcome-${outcome}`] ?? ''}
      leftSection={<OutcomeIcon outcome={outcome} size={15} />}
    >
      {say(`ui.outcome.${outcome}`)}
      {count === undefined ? '' : ` ${count}`}
    </Badge>
  );
}

/** Severity by word and shape; no colour of its own. */
export function SeverityMark({ severity }: { severity: Severity }): ReactNode {
  const say = useSay();
  const Icon = kSeverities[severity];
  return (
    <span
      className={
        severity === 'critical' ? `${css['severity']} ${css['critical']}` : css['severity']
      }
    >
      <Icon size={16} aria-hidden /> {say(`ui.severity.${severity}`)}
    </span>
  );
}

/** Three counts as words; what is nought is left out. */
export function Counts({
  overdue,
  running,
  unknown,
}: {
  overdue: number;
  running: number;
  unknown: number;
}): ReactNode {
  const say = useSay();
  if (overdue + running + unknown === 0)
    return <span className={css['quiet']}>{say('ui.counts.none')}</span>;
  return (
    <span className={css['counts']}>
      {overdue > 0 && <OutcomeMark outcome="breached" count={overdue} />}
      {unknown > 0 && <OutcomeMark outcome="unknown" count={unknown} />}
      {running > 0 && <OutcomeMark outcome="running" count={running} />}
    </span>
  );
}
