import { Button, Group, Modal, Text } from '@mantine/core';
import { useEffect, useRef, type ReactNode } from 'react';
import { useBlocker } from 'react-router';
import { useSay } from '../text/texts';
import { holdLeaving, isHeld } from './leaving';

/** Asks before a page with unsaved answers is left. */
export function LeaveGuard({ when }: { when: boolean }): ReactNode {
  const say = useSay();
  useEffect(() => (when ? holdLeaving() : undefined), [when]);
  const held = useRef(when);
  held.current = when;
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) =>
      isHeld() && held.current && currentLocation.pathname !== nextLocation.pathname,
  );
  return (
    <Modal
      opened={blocker.state === 'blocked'}
      onClose={() => blocker.reset?.()}
      title={say('ui.leave.title')}
      centered
      lockScroll={false}
      closeButtonProps={{ 'aria-label': say('ui.close') }}
    >
      <Text>{say('ui.leave.text')}</Text>
      <Group mt="lg">
        <Button onClick={() => blocker.reset?.()} data-autofocus>
          {say('ui.leave.stay')}
        </Button>
        <Button variant="default" onClick={() => blocker.proceed?.()}>
          {say('ui.leave.go')}
        </Button>
      </Group>
    </Modal>
  );
}
