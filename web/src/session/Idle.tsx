import { Button, Group, Modal, Text } from '@mantine/core';
import { useEffect, useState, type ReactNode } from 'react';
import { service } from '../api/calls';
import { useWording } from '../text/texts';
import { inWords } from '../values/clock';
import { useAccess } from './session';

/** Warned this long before the session ends by itself, or half of it where the whole is short. */
const kWarnMs = 120_000;
const kCheckMs = 5_000;
const kSignals = ['pointerdown', 'keydown', 'scroll', 'touchstart'] as const;

/**
 * The service counts calls, a person counts typing. While somebody works, a call is made now and then so that a long
 * form is not lost; when nobody does, the page warns and then signs out.
 */
export function IdleWatch(): ReactNode {
  const { client, session, leave } = useAccess();
  const { lang, say } = useWording();
  const [leftMs, setLeftMs] = useState<number>();
  const limit = session.idle_seconds * 1000;
  const warnAt = Math.min(kWarnMs, limit / 2);

  useEffect(() => {
    let activeAt = Date.now();
    const onActive = (): void => {
      activeAt = Date.now();
    };
    for (const signal of kSignals)
      window.addEventListener(signal, onActive, { passive: true, capture: true });
    const timer = setInterval(() => {
      const quiet = Date.now() - Math.max(activeAt, client.lastCall);
      if (quiet >= limit) leave('idle');
      else if (limit - quiet <= warnAt) setLeftMs(limit - quiet);
      else {
        setLeftMs(undefined);
        if (Date.now() - client.lastCall > limit / 3) void service.session(client);
      }
    }, kCheckMs);
    return () => {
      clearInterval(timer);
      for (const signal of kSignals)
        window.removeEventListener(signal, onActive, { capture: true });
    };
  }, [client, leave, limit, warnAt]);

  const stay = (): void => {
    setLeftMs(undefined);
    void service.session(client);
  };
  return (
    <Modal
      opened={leftMs !== undefined}
      onClose={stay}
      title={say('ui.idle.title')}
      lockScroll={false}
      centered
      withCloseButton={false}
    >
      <Text>{say('ui.idle.text', { time: inWords(leftMs ?? 0, lang) })}</Text>
      <Group mt="lg">
        <Button onClick={stay} data-autofocus>
          {say('ui.idle.stay')}
        </Button>
        <Button variant="default" onClick={() => leave('signed_out')}>
          {say('ui.sign_out')}
        </Button>
      </Group>
    </Modal>
  );
}
