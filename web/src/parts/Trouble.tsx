import { Alert, Button, Center, Loader, Text } from '@mantine/core';
import { IconAlertCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Failure } from '../api/client';
import { useWording, type Say } from '../text/texts';
import { inWords } from '../values/clock';
import css from './parts.module.css';

/** A fault of this page itself. */
export const kBroken: Failure = {
  why: 'problem',
  problem: { type: 'about:blank', title: '', status: 500 },
};

export function wordsFor(
  failure: Failure,
  say: Say,
  lang: string,
): { title: string; text: string } {
  switch (failure.why) {
    case 'unreachable':
      return { title: say('ui.trouble.offline'), text: say('ui.trouble.offline.text') };
    case 'busy':
    case 'many':
      return {
        title: say(`ui.trouble.${failure.why}`),
        text: say(`ui.trouble.${failure.why}.text`, {
          time: inWords(Math.max(60, failure.seconds) * 1000, lang),
        }),
      };
    case 'problem': {
      const { status, title, detail } = failure.problem;
      if (status === 404)
        return { title: say('ui.trouble.absent'), text: say('ui.trouble.absent.text') };
      if (status >= 500)
        return { title: say('ui.trouble.server'), text: say('ui.trouble.server.text') };
      return { title, text: detail ?? '' };
    }
  }
}

interface TroubleProps {
  readonly failure: Failure;
  readonly again?: (() => void) | undefined;
  /** Said first, where something was being saved. */
  readonly lead?: string;
}

/** What went wrong and what to do, where it went wrong. */
export function Trouble({ failure, again, lead }: TroubleProps): ReactNode {
  const { lang, say } = useWording();
  const { title, text } = wordsFor(failure, say, lang);
  return (
    <Alert
      role="alert"
      color="orange"
      variant="light"
      icon={<IconAlertCircle aria-hidden />}
      title={lead ?? title}
      classNames={{ label: css.alertTitle ?? '' }}
      my="md"
    >
      {lead && <Text fw={500}>{title}</Text>}
      <Text>{text}</Text>
      {again && (
        <Button mt="sm" size="sm" variant="default" onClick={again}>
          {say('ui.try_again')}
        </Button>
      )}
    </Alert>
  );
}

export function Waiting(): ReactNode {
  const { say } = useWording();
  return (
    <Center mih={160} role="status" aria-label={say('ui.loading')}>
      <Loader size="sm" color="calm" />
    </Center>
  );
}
