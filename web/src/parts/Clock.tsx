import { Progress, Text } from '@mantine/core';
import { IconClock, IconClockExclamation } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { usePack } from '../pack/pack';
import { useWording } from '../text/texts';
import { clockWords, partRun } from '../values/clock';
import { momentText } from '../values/describe';
import { useNow } from './now';
import css from './parts.module.css';

interface ClockProps {
  readonly start?: string | null | undefined;
  readonly due: string;
  /** One line, for lists: words only. */
  readonly brief?: boolean;
}

/** Time left, or how long overdue, in words; the bar only repeats it. */
export function Clock({ start, due, brief = false }: ClockProps): ReactNode {
  const { lang, say } = useWording();
  const { pack } = usePack();
  const now = useNow();
  const at = Date.parse(due);
  const words = clockWords(at, now, lang, say);
  const late = at <= now;
  const Icon = late ? IconClockExclamation : IconClock;
  const exact = momentText(due, lang, pack.time_zone);
  const line = (
    <span className={css['clock']}>
      <Icon size={18} aria-hidden /> <strong>{words}</strong>
    </span>
  );
  if (brief) return <span title={exact}>{line}</span>;
  const run = start ? partRun(Date.parse(start), at, now) : undefined;
  return (
    <div>
      {line}
      {run !== undefined && !late && (
        <Progress
          value={run}
          size="sm"
          my={6}
          color={run >= 90 ? 'orange' : 'calm'}
          aria-label={say('ui.clock.run', { percent: run })}
        />
      )}
      <Text size="sm" c="dimmed">
        {say(late ? 'ui.clock.was_due' : 'ui.clock.due', { time: exact })}
      </Text>
    </div>
  );
}
