import { Button, Text } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { useId, type ReactNode } from 'react';
import type { Field } from '../api/types';
import { useSay } from '../text/texts';
import css from './form.module.css';

interface KeptApartProps {
  readonly field: Field;
  /** Whether a new answer can be written beside it. */
  readonly writable: boolean;
  readonly onAsk: (field: Field) => void;
}

/** Stands in place of an answer that is kept apart. */
export function KeptApart({ field, writable, onAsk }: KeptApartProps): ReactNode {
  const say = useSay();
  const id = useId();
  return (
    <div className={css['kept']}>
      <Text id={id} size="sm">
        <IconLock size={16} aria-hidden />{' '}
        {say(writable ? 'ui.reserved.kept_edit' : 'ui.reserved.kept')}
      </Text>
      <Button
        {...(writable ? { 'data-aside': true } : {})}
        variant="default"
        size="sm"
        aria-label={say('ui.reserved.show_for', { field: field.title })}
        aria-describedby={id}
        aria-haspopup="dialog"
        onClick={() => onAsk(field)}
      >
        {say('ui.reserved.show')}
      </Button>
    </div>
  );
}
